import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeArtifact } from '../src/artifact/encode-artifact.js';
import { savePretrained } from '../src/node/save-pretrained.js';
import { loadPretrained as loadAnywhere } from '../src/pretrained/load-pretrained.js';
import { loadPretrained } from '../src/pretrained/load-pretrained-node.js';
import { sampleArtifact } from './sample-artifact.js';

let parent: string;
let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'embedllm-load-'));
  folder = join(parent, 'an artifact');
  await savePretrained(folder, sampleArtifact());
  const files = await encodeArtifact(sampleArtifact());
  server = createServer((request, response) => {
    response.end(files.get((request.url ?? '').replace('/models/sample/', '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/sample`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(parent, { recursive: true });
});

const names = sampleArtifact().models.map(({ name }) => name);

describe('loadPretrained', () => {
  it('takes a path, a file URL and an address of the web in Node', async () => {
    for (const source of [
      folder,
      pathToFileURL(folder),
      pathToFileURL(folder).href,
      url,
      new URL(url),
    ]) {
      const { models } = await loadPretrained(source);
      expect(models.map(({ name }) => name)).toEqual(names);
    }
  });

  it('takes an address elsewhere, relative to the page where there is one', async () => {
    expect((await loadAnywhere(url)).models).toHaveLength(names.length);
    await expect(loadAnywhere('models/sample')).rejects.toThrow(/not an absolute URL/);
    vi.stubGlobal('location', { href: `${new URL('/', url)}index.html` });
    expect((await loadAnywhere('models/sample')).models).toHaveLength(names.length);
    expect((await loadAnywhere('/models/sample')).models).toHaveLength(names.length);
  });

  it('says what is wrong with the place, and stops', async () => {
    await expect(loadPretrained('no such folder')).rejects.toMatchObject({ code: 'io' });
    await expect(loadPretrained('http://127.0.0.1:1/x')).rejects.toMatchObject({ code: 'io' });
    for (const place of ['', 'ftp://host/x', 'file://elsewhere/x', new URL('s3://bucket/x')]) {
      await expect(loadPretrained(place)).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    const reason = new Error('stop');
    const stopped = { signal: AbortSignal.abort(reason) };
    await expect(loadPretrained(folder, stopped)).rejects.toBe(reason);
    await expect(loadPretrained(url, stopped)).rejects.toBe(reason);
  });
});
