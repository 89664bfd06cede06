import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeArtifact } from '../src/artifact/encode-artifact.js';
import { fetchPretrained } from '../src/pretrained/fetch-pretrained.js';
import { bitsOf, randomMatrix, sampleArtifact } from './sample-artifact.js';

/** A static file server with the artifact under /models/sample/, which tests may make misbehave. */
let files: Map<string, Uint8Array>;
let requests: IncomingMessage[];
let misbehave: (path: string, response: ServerResponse) => boolean;
let server: Server;
let url: string;

beforeEach(async () => {
  files = await encodeArtifact(sampleArtifact());
  requests = [];
  misbehave = () => false;
  server = createServer((request, response) => {
    requests.push(request);
    const path = pathOf(request);
    if (misbehave(path, response)) return;
    const bytes = files.get(path);
    response.statusCode = bytes ? 200 : 404;
    response.end(bytes ?? 'no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/sample`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '', 'http://localhost').pathname.replace('/models/sample/', '');
}

describe('fetchPretrained', () => {
  it('gives the artifact with bit-equal scores, from exactly the files that the config lists', async () => {
    const { model, ...rest } = await fetchPretrained(url);
    const { model: original, ...expected } = sampleArtifact();
    expect(rest).toEqual(expected);
    const questions = randomMatrix(20, 6, 3);
    expect(bitsOf(model.score(questions))).toEqual(bitsOf(original.score(questions)));
    const paths = requests.map(pathOf);
    expect(paths[0]).toBe('config.json');
    expect(paths.sort()).toEqual([...files.keys()].filter((path) => path !== 'README.md').sort());
  });

  it('takes a URL object, with or without a slash at its end, and keeps its query', async () => {
    await fetchPretrained(new URL(`${url}/?token=secret`));
    expect(requests.every((request) => request.url?.endsWith('?token=secret'))).toBe(true);
    await fetchPretrained(`${url}?token=secret`);
    expect(new Set(requests.map((request) => request.url?.split('/').length))).toEqual(
      new Set([4, 5]),
    );
  });

  it('sends headers, and uses the fetch that it is given', async () => {
    const called: string[] = [];
    await fetchPretrained(url, {
      headers: { authorization: 'Bearer abc' },
      fetch: (address, init) => {
        called.push(address);
        return fetch(address, init);
      },
    });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(
      requests.map(() => 'Bearer abc'),
    );
    expect(called).toHaveLength(requests.length);
  });

  it('reports progress up to the total', async () => {
    const seen: Array<{ done: number; total: number }> = [];
    await fetchPretrained(url, { onProgress: (progress) => seen.push(progress) });
    let total = 0;
    for (const [path, bytes] of files) if (path !== 'README.md') total += bytes.length;
    expect(seen.every((progress) => progress.total === total)).toBe(true);
    expect(seen.map(({ done }) => done)).toEqual(
      seen.map(({ done }) => done).sort((a, b) => a - b),
    );
    expect(seen.at(-1)?.done).toBe(total);
  });

  it('names address and status when the server refuses, without the query', async () => {
    files.delete('models.json');
    const refused = fetchPretrained(`${url}?token=secret`);
    await expect(refused).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: `${url}/models.json: The server answered 404 Not Found.`,
      }),
    );
    misbehave = (_, response) => {
      response.statusCode = 503;
      response.end();
      return true;
    };
    await expect(fetchPretrained(url)).rejects.toThrow(/config\.json: The server answered 503/);
  });

  it('says what went wrong when the connection fails', async () => {
    misbehave = (path, response) => {
      if (path !== 'model.safetensors') return false;
      response.setHeader('content-length', 544);
      response.write('half');
      setImmediate(() => response.destroy());
      return true;
    };
    await expect(fetchPretrained(url)).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: expect.stringContaining(`${url}/model.safetensors: The download failed: `),
        cause: expect.any(Error),
      }),
    );
    await expect(fetchPretrained('http://127.0.0.1:1/x')).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:1\/x\/config\.json: The download failed: .*\(.+\)/,
        ),
      }),
    );
  });

  it('refuses damaged files, naming the address', async () => {
    files.get('model.safetensors')![500]! ^= 1;
    await expect(fetchPretrained(url)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-artifact',
        message: expect.stringMatching(/sample\/model\.safetensors: .*SHA-256/),
      }),
    );
    files.set('model.safetensors', files.get('model.safetensors')!.subarray(0, 100));
    await expect(fetchPretrained(url)).rejects.toThrow(
      /model\.safetensors: The file has 100 bytes/,
    );
    files.set('config.json', new TextEncoder().encode('<html>Sign in</html>'));
    await expect(fetchPretrained(url)).rejects.toThrow(`${url}/config.json: Not valid JSON.`);
  });

  it('stops reading when a server sends more than a file may have', async () => {
    let sent = 0;
    misbehave = (path, response) => {
      if (path !== 'models.json') return false;
      const block = new Uint8Array(65536);
      const send = (): void => {
        while (!response.destroyed && response.write(block)) sent += block.length;
      };
      response.on('drain', send);
      send();
      return true;
    };
    await expect(fetchPretrained(url)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-artifact',
        message: expect.stringMatching(/models\.json: The server sent more than the \d+ bytes/),
      }),
    );
    const afterRefusal = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    // What was on its way may still arrive; an endless stream would add hundreds of megabytes.
    expect(sent - afterRefusal).toBeLessThan(16 * 1024 * 1024);
  });

  it('refuses an artifact beyond the size limit before downloading it', async () => {
    await expect(fetchPretrained(url, { maxBytes: 2000 })).rejects.toThrow(
      /config\.json, field files: The files have \d+ bytes, more than the limit of 2000/,
    );
    expect(requests).toHaveLength(1);
  });

  it('stops at a signal, also in the middle of a file', async () => {
    const early = AbortSignal.abort(new Error('stopped by the caller'));
    await expect(fetchPretrained(url, { signal: early })).rejects.toThrow('stopped by the caller');
    const controller = new AbortController();
    misbehave = (path, response) => {
      if (path !== 'models.json') return false;
      response.write('[');
      setTimeout(() => controller.abort(new Error('stopped half-way')), 20);
      return true;
    };
    await expect(fetchPretrained(url, { signal: controller.signal })).rejects.toThrow(
      'stopped half-way',
    );
  });

  it('refuses a password in the URL without repeating it', async () => {
    const secret = fetchPretrained(url.replace('http://', 'http://user:hush@'));
    await expect(secret).rejects.toThrow(/Send them in headers/);
    await expect(secret).rejects.not.toThrow(/hush/);
  });

  it('refuses what is not an absolute URL', async () => {
    await expect(fetchPretrained('models/sample')).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
