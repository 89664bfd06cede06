import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { readNpy } from '@embedllm/core';
import { findChromium, openInChromium } from '@embedllm/internals/testing';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { miniLmFolder } from './support/minilm/write-minilm.js';

const golden = (name: string) => readFileSync(join(import.meta.dirname, 'golden', name));
const texts: readonly string[] = JSON.parse(golden('minilm-texts.json').toString());
const truth = readNpy(golden('minilm-vectors.npy'));
const chromium = findChromium();

/** What a web app bundles: the package, and the library that `env` belongs to. */
const SOURCE = resolve(import.meta.dirname, '../src/transformers.ts');
const APP = `
  import { env } from '@huggingface/transformers';
  import { createTransformersEncoder } from ${JSON.stringify(SOURCE)};
  const encode = async () => {
    Object.assign(env, { remoteHost: location.origin + '/hub/', useBrowserCache: false });
    env.backends.onnx.wasm.wasmPaths = location.origin + '/wasm/';
    const encoder = await createTransformersEncoder({ model: 'some/minilm' });
    return [...(await encoder.encode(${JSON.stringify(texts)})).data];
  };
  encode()
    .catch((error) => String(error.stack))
    .then((found) => fetch('/found', { method: 'POST', body: JSON.stringify(found) }));
`;

/** The scripts of the page, by name. */
async function bundle(): Promise<Map<string, string>> {
  const app = join(import.meta.dirname, 'app.js');
  const built = await rolldown({
    input: 'app',
    cwd: resolve(import.meta.dirname, '..'),
    platform: 'browser',
    external: /^node:/,
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'app' ? app : null),
        load: (id) => (id === app ? APP : null),
      },
    ],
  });
  const { output } = await built.generate({ format: 'es', entryFileNames: 'app.js' });
  const page = '<!doctype html><meta charset="utf-8"><script type="module" src="app.js"></script>';
  const scripts = output.flatMap((file) => (file.type === 'chunk' ? [file] : []));
  return new Map([
    ['page.html', page],
    ...scripts.map(({ fileName, code }) => [fileName, code] as const),
  ]);
}

/** The folder of ONNX Runtime's WebAssembly, which a web app serves too. */
function wasmFolder(): string {
  const library = createRequire(import.meta.url).resolve('@huggingface/transformers');
  return dirname(createRequire(library).resolve('onnxruntime-web'));
}

const PATH = /^\/(app|wasm|hub\/some\/minilm\/resolve\/main)\/([^?]+)/;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
};

describe.skipIf(chromium === undefined)('all-MiniLM-L6-v2 in headless Chromium', () => {
  let server: Server | undefined;
  let address: string;
  let found: Promise<unknown>;
  beforeAll(async () => {
    const [app, folder, wasm] = [await bundle(), await miniLmFolder(), wasmFolder()];
    let hear = (_: unknown): void => {};
    found = new Promise((heard) => {
      hear = heard;
    });
    server = createServer(async (request, response) => {
      if (request.url === '/found') hear(JSON.parse(await readText(request)));
      const [, place, path = ''] = PATH.exec(request.url ?? '') ?? [];
      const file = join(place === 'wasm' ? wasm : folder, path);
      const bytes = place === 'app' ? app.get(path) : await readFile(file).catch(() => undefined);
      const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': type }).end(bytes);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    if (typeof bound !== 'object' || bound === null) throw new Error('no port');
    address = `http://127.0.0.1:${bound.port}`;
  }, 180_000);
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('gives the vectors that were computed independently', async () => {
    const values = await openInChromium(chromium ?? '', `${address}/app/page.html`, found);
    expect(values).toHaveLength(truth.data.length);
    const differences = truth.data.map((value, i) => Math.abs(value - (values as number[])[i]!));
    expect(Math.max(...differences)).toBeLessThan(2e-6);
  }, 180_000);
});
