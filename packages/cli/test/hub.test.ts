import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HubServer } from '../../dataset-builder/test/hub-server.js';
import { embedllm, type Outcome, scratchFolder, writeSmallPool } from './command-line.js';

const TOKEN = 'hf_0123456789abcdef';
const hub = new HubServer();
const folder = scratchFolder();

beforeAll(async () => {
  await hub.start();
  hub.token = TOKEN;
  await writeSmallPool(join(folder, 'dataset'));
  await embedllm(folder, [
    ...['train', '--encoder', 'hashing', '--dimensions', '16', '--ranks', '1', '--ridges', '1'],
  ]);
});
afterAll(() => hub.stop());

function atHub(argv: string[], token = TOKEN): Promise<Outcome> {
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: token, HF_HOME: join(folder, 'hub-home') };
  return embedllm(folder, [...argv, '--json'], { env });
}

describe('push and pull', () => {
  it('bring an artifact to the hub and back', async () => {
    const pushed = await atHub(['push', 'me/router']);
    expect(pushed.code).toBe(0);
    expect(JSON.parse(pushed.stdout).files).toContain('model.safetensors');
    const pulled = await atHub(['pull', 'me/router']);
    expect(pulled.code).toBe(0);
    expect(JSON.parse(pulled.stdout)).toMatchObject({ directory: 'router', models: 8 });
    const [sent, came] = await Promise.all(
      ['artifact', 'router'].map((name) => readFile(join(folder, name, 'model.safetensors'))),
    );
    expect(came?.equals(sent ?? Buffer.of())).toBe(true);
    const route = await embedllm(folder, ['route', '-a', 'router', '--json', 'What is 2 + 2?']);
    expect(route.code).toBe(0);
  });

  it('bring a data set, which builds', async () => {
    expect((await atHub(['push', 'me/pool', '--dataset', 'dataset'])).code).toBe(0);
    const argv = ['pull', 'me/pool', '--type', 'dataset', '--files', '*.csv', '-o', 'came'];
    expect((await atHub(argv)).code).toBe(0);
    const built = await embedllm(folder, ['build', 'came', '--check', '--quality', '--json']);
    expect(JSON.parse(built.stdout)).toMatchObject({
      questions: 240,
      quality: { questionCount: 240, modelCount: 8 },
    });
  });

  it('use the token of the logged-in user', async () => {
    await mkdir(join(folder, 'login'));
    await writeFile(join(folder, 'login/token'), TOKEN);
    const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, 'login') };
    const argv = ['pull', 'me/router', '-o', 'logged-in', '--json'];
    expect((await embedllm(folder, argv, { env })).code).toBe(0);
  });

  it('refuse to upload what is not an artifact, and say why the hub refuses', async () => {
    await mkdir(join(folder, 'nothing'));
    await writeFile(join(folder, 'nothing/config.json'), '{}');
    const nothing = await atHub(['push', 'me/other', '-a', 'nothing']);
    expect(nothing.code).toBe(3);
    expect(hub.has('me/other')).toBe(false);
    const refused = await atHub(['pull', 'me/router', '-o', 'refused'], 'hf_wrong');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/^error: the model me\/router is gated/m);
    expect(refused.stderr).not.toContain('hf_wrong');
  });
});
