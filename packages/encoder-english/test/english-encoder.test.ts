import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  encoderRecord,
  fitLsaEncoder,
  joinEncoders,
  restoreEncoder,
} from '@embedllm/question-encoder';
import { encoderConformance } from '@embedllm/question-encoder/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as portable from '../src/index.js';
import { englishEncoder } from '../src/node.js';

const DATA = join(import.meta.dirname, '../data');

describe('the English encoder', () => {
  for (const { name, run } of encoderConformance(() => englishEncoder(), {
    restore: restoreEncoder,
  })) {
    it(name, run);
  }

  it('puts texts that mean alike side by side, in words that they do not share', async () => {
    const encoder = await englishEncoder();
    const vectors = await encoder.encode([
      'The physician prescribed antibiotics to her patient.',
      'A doctor gave medicine to someone who was ill.',
      'Solve the quadratic equation for x.',
      'Find the roots of this polynomial.',
    ]);
    const cosine = (a: number, b: number): number =>
      vectors.row(a).reduce((sum, value, j) => sum + value * vectors.row(b)[j]!, 0);
    expect(Math.min(cosine(0, 1), cosine(2, 3))).toBeGreaterThan(
      0.2 + Math.max(cosine(0, 2), cosine(0, 3), cosine(1, 2), cosine(1, 3)),
    );
  });

  it('is the same encoder until the table changes', async () => {
    const { id, dimensions, fingerprint } = await englishEncoder();
    expect({ id, dimensions }).toEqual({ id: 'static:all-MiniLM-L6-v2-128', dimensions: 128 });
    // Artifacts name it: another fingerprint is another encoder, and a breaking change.
    expect(fingerprint).toMatchInlineSnapshot(
      `"static:all-MiniLM-L6-v2-128:sha256:6be110a677bdf679b247723aa80c341f7c6f116b0ca24a0e8891c1ca4d768168"`,
    );
  });

  it('travels in an artifact, alone and joined', async () => {
    const english = await englishEncoder();
    const texts = ['What is two plus three?', 'What is two times three?'];
    const joined = await joinEncoders([await fitLsaEncoder({ texts }), english]);
    for (const encoder of [english, joined]) {
      const restored = await restoreEncoder(encoderRecord(encoder));
      expect(await restored.encode(texts)).toEqual(await encoder.encode(texts));
    }
  });
});

describe('in browsers', () => {
  const requests: string[] = [];
  let server: Server;
  let baseURL: string;
  beforeAll(async () => {
    server = createServer(async ({ url = '' }, response) => {
      requests.push(url);
      if (!url.startsWith('/data/')) response.writeHead(404).end();
      else response.end(await readFile(join(DATA, url.slice('/data/'.length))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
  });
  afterAll(() => server.close());

  it('is fetched from where the folder is served, with or without a slash', async () => {
    const fetched = await portable.englishEncoder({ baseURL });
    expect(fetched.fingerprint).toBe((await englishEncoder()).fingerprint);
    expect(requests.sort()).toEqual(['/data/model.safetensors', '/data/tokenizer.json']);
    const again = await portable.englishEncoder({ baseURL: new URL(`${baseURL}/`) });
    expect(again.fingerprint).toBe(fetched.fingerprint);
  });

  it('names the address where nothing answers', async () => {
    const away = portable.englishEncoder({ baseURL: 'http://127.0.0.1:1/' });
    await expect(away).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/\S+ cannot be read: .*baseURL/),
    });
  });

  it('says what to serve where it is not served', async () => {
    const missing = portable.englishEncoder({ baseURL: new URL('/elsewhere', baseURL) });
    await expect(missing).rejects.toMatchObject({ code: 'io' });
    await expect(missing).rejects.toThrow(
      /elsewhere\/\S+ cannot be read: the server answered 404\. Serve the folder data/,
    );
  });

  it('stops when aborted', async () => {
    const reason = new Error('no longer needed');
    const stopped = portable.englishEncoder({ baseURL, signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});
