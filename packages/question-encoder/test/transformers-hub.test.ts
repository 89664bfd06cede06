import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env } from '@huggingface/transformers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encoderRecord } from '../src/index.js';
import { createTransformersEncoder, restoreTransformersEncoder } from '../src/transformers.js';
import { writeTinyModel } from './support/tiny-model.js';

// A server on this machine stands in for the hub: same paths, same library code.
let folder: string;
let server: Server;
let cache: string;
const requests: string[] = [];
const original = { remoteHost: env.remoteHost, cacheDir: env.cacheDir };

beforeAll(async () => {
  folder = await writeTinyModel();
  cache = await mkdtemp(join(tmpdir(), 'question-encoder-cache-'));
  server = createServer(async (request, response) => {
    const url = request.url ?? '';
    requests.push(url);
    const path = /^\/(?:some|Xenova)\/[\w-]+\/resolve\/(?:main|v1)\/(.+)$/.exec(url)?.[1];
    const bytes =
      path === undefined ? undefined : await readFile(join(folder, path)).catch(() => undefined);
    if (url.startsWith('/Xenova/') && path === 'modules.json') response.writeHead(500).end();
    else if (bytes) response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  env.remoteHost = `http://127.0.0.1:${address.port}/`;
  env.cacheDir = cache;
});

afterAll(async () => {
  Object.assign(env, original);
  await new Promise((resolve) => server.close(resolve));
  await rm(cache, { recursive: true });
  await rm(dirname(folder), { recursive: true });
});

it('fetches a model with its pooling settings, at the revision asked for', async () => {
  const encoder = await createTransformersEncoder({ model: 'some/model', revision: 'v1' });
  expect(encoder.id).toBe('transformers:some/model');
  expect(encoder.settings).toMatchObject({ pooling: 'mean', revision: 'v1', source: 'hub' });
  expect(requests).toContain('/some/model/resolve/v1/modules.json');
  expect(requests).toContain('/some/model/resolve/v1/onnx/model.onnx');
  const local = await createTransformersEncoder({ folder });
  const texts = ['what is one', 'two'];
  expect((await encoder.encode(texts)).data).toEqual((await local.encode(texts)).data);

  const restored = await restoreTransformersEncoder(encoderRecord(encoder));
  expect(restored.fingerprint).toBe(encoder.fingerprint);
  const main = await createTransformersEncoder({ model: 'some/model' });
  expect(main.fingerprint).not.toBe(encoder.fingerprint);
  // A local copy of the hub's model stands in for it, under the same fingerprint.
  const copied = await restoreTransformersEncoder(encoderRecord(encoder), { folder });
  expect(copied.fingerprint).toBe(encoder.fingerprint);
  for (const each of [encoder, local, restored, copied, main]) await each.dispose();
});

it('says which model and revision cannot be loaded', async () => {
  const loading = createTransformersEncoder({
    model: 'some/model',
    revision: 'v9',
    pooling: 'mean',
    normalize: true,
    maxTokens: 8,
  });
  await expect(loading).rejects.toMatchObject({ code: 'io' });
  await expect(loading).rejects.toThrow(/some\/model \(revision v9, dtype fp32\): .*config/);
});

it('says what to give when the settings of a model cannot be fetched', async () => {
  await expect(createTransformersEncoder({ model: 'Xenova/other' })).rejects.toThrow(
    /modules\.json: status 500\. .* set `pooling`, `normalize` and `ignoreModules`/,
  );
});

it('takes no network for the settings of a widely used model, and checks them', async () => {
  requests.length = 0;
  // The server's model has 4 dimensions where all-mpnet-base-v2 has 768.
  await expect(createTransformersEncoder({ model: 'Xenova/all-mpnet-base-v2' })).rejects.toThrow(
    /vectors of 4 dimensions, but its pooling settings name 768/,
  );
  expect(requests.some((url) => url.endsWith('modules.json'))).toBe(false);
});
