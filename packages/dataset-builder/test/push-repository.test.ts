import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@embedllm/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type PushRepositoryOptions, pullRepository, pushRepository } from '../src/hub.js';
import { HubServer, refuse } from './hub-server.js';
import { temporaryDirectory } from './temporary-directory.js';

const hub = new HubServer();
afterAll(() => hub.stop());
const root = temporaryDirectory();
const TOKEN = 'hf_0123456789abcdef';
/** So that the login of who runs the tests stays out of them. */
const NO_LOGIN = { HF_TOKEN_PATH: '/no/such/token' };
const MODEL = 'x'.repeat(500_000);
const artifact = join(root, 'artifact');

beforeAll(async () => {
  await hub.start();
  await mkdir(join(artifact, 'encoder'), { recursive: true });
  await mkdir(join(artifact, '.git'));
  const files = {
    'config.json': '{"format":1}',
    'model.safetensors': MODEL,
    'encoder/terms.json': '["a"]',
    '.env': 'HF_TOKEN=secret',
    '.git/config': 'secret',
  };
  for (const [path, content] of Object.entries(files)) {
    await writeFile(join(artifact, path), content);
  }
});
beforeEach(() => {
  hub.fault = () => false;
  hub.token = TOKEN;
  hub.takeSeen();
});

const options = (
  repo: string,
  more: Partial<PushRepositoryOptions> = {},
): PushRepositoryOptions => ({
  repo,
  directory: artifact,
  endpoint: hub.endpoint,
  token: TOKEN,
  environment: NO_LOGIN,
  retryDelayMs: 1,
  ...more,
});

it('uploads an artifact, which is then pulled as it was', async () => {
  const seen: Progress[] = [];
  const pushed = await pushRepository(
    options('me/router', { onProgress: (progress) => seen.push(progress) }),
  );
  expect(pushed.url).toBe(`${hub.endpoint}/me/router`);
  expect(pushed.files).toEqual(['config.json', 'encoder/terms.json', 'model.safetensors']);
  expect(hub.files('me/router')).toEqual({
    'config.json': '{"format":1}',
    'encoder/terms.json': '["a"]',
    'model.safetensors': MODEL,
  });
  expect(seen.map(({ phase }) => phase)).toContain('uploading');
  expect(seen.at(-1)).toMatchObject({ phase: 'committing', total: 3, unit: 'files' });
  // The large file goes to the storage, without the token.
  const puts = hub.takeSeen().filter(({ method }) => method === 'PUT');
  expect(puts.map(({ host, authorization }) => [host, authorization])).toEqual([
    ['storage', undefined],
  ]);
  const pulled = await pullRepository({
    repo: 'me/router',
    revision: pushed.commit,
    endpoint: hub.endpoint,
    token: TOKEN,
    cacheDirectory: join(root, 'cache'),
  });
  expect(pulled.files.map(({ path }) => path).sort()).toEqual([...pushed.files].sort());
});

it('commits again to a repository that is there, and sends no large file twice', async () => {
  await pushRepository(options('me/again'));
  hub.takeSeen();
  await writeFile(join(artifact, 'config.json'), '{"format":2}');
  await pushRepository(options('me/again', { filter: (path) => path !== 'encoder/terms.json' }));
  expect(hub.files('me/again')['config.json']).toBe('{"format":2}');
  expect(hub.files('me/again')['encoder/terms.json']).toBe('["a"]');
  expect(hub.takeSeen().filter(({ method }) => method === 'PUT')).toEqual([]);
});

it('tries an upload again when the storage is busy, but never a commit whose answer was lost', async () => {
  let busy = 2;
  hub.fault = ({ method, host }, response) => {
    if (host !== 'storage' || method !== 'PUT' || busy === 0) return false;
    busy--;
    response.writeHead(503);
    response.end();
    return true;
  };
  await writeFile(join(artifact, 'model.safetensors'), `${MODEL}2`);
  await pushRepository(options('me/busy'));
  expect(busy).toBe(0);
  expect(hub.files('me/busy')['model.safetensors']).toBe(`${MODEL}2`);
  let commits = 0;
  hub.fault = ({ url }, response) => {
    if (!url.includes('/commit/')) return false;
    commits++;
    response.writeHead(500);
    response.end();
    return true;
  };
  await expect(pushRepository(options('me/busy'))).rejects.toMatchObject({ status: 500 });
  expect(commits).toBe(1);
});

it('says what it lacks, without showing the token', async () => {
  await expect(pushRepository(options('me/x', { token: undefined }))).rejects.toThrow(
    /access token with write access\. Set HF_TOKEN/,
  );
  hub.fault = (_, response) => {
    refuse(response, 403, '', `token ${TOKEN} may only read`);
    return true;
  };
  const refused = await pushRepository(options('me/x')).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'http', status: 403 });
  expect(String(refused)).toMatch(/token hf_… may only read/);
  await expect(pushRepository(options('me/x', { filter: () => false }))).rejects.toThrow(
    /has no files to upload/,
  );
  await expect(
    pushRepository(options('me/x', { directory: join(root, 'none') })),
  ).rejects.toMatchObject({ code: 'io' });
});

it('refuses symbolic links, which could lead to other files', async () => {
  const directory = join(root, 'links');
  await mkdir(directory);
  await symlink('/etc/passwd', join(directory, 'config.json'));
  await expect(pushRepository(options('me/links', { directory }))).rejects.toThrow(
    /config\.json: cannot be uploaded: it is not a regular file/,
  );
  expect(hub.has('me/links')).toBe(false);
});

it('stops', async () => {
  const controller = new AbortController();
  hub.fault = ({ method }) => {
    if (method !== 'PUT') return false;
    controller.abort(new Error('enough'));
    return true;
  };
  await writeFile(join(artifact, 'model.safetensors'), `${MODEL}3`);
  await expect(
    pushRepository(options('me/stopped', { signal: controller.signal })),
  ).rejects.toThrow('enough');
  expect(hub.files('me/stopped')).toEqual({});
});
