import type { SerializableEncoder } from '@embedllm/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHashingEncoder } from '../hashing/hashing-encoder.js';
import { fitLsaEncoder } from '../lsa/fit-lsa-encoder.js';
import { encodeInThread } from './encode-in-thread.js';

const texts = Array.from(
  { length: 24 },
  (_, n) => `What is the sum of ${n} and ${n % 7}, where the ${n % 2 ? 'cat' : 'dog'} sat?`,
);
const LONG = texts.join(' ').repeat(4);

const lsa = await fitLsaEncoder({ texts, dimensions: 8, oversampling: 4 });

afterEach(() => {
  vi.restoreAllMocks();
});

/** Asks until the thread answers, which it does once it is ready. */
async function askThread(encoder: SerializableEncoder, idleMs?: number) {
  const here = vi.spyOn(encoder, 'encode');
  const threaded = encodeInThread(encoder, { minCharacters: 1000, idleMs });
  for (;;) {
    here.mockClear();
    const vectors = await threaded.encode([LONG, 'a cat']);
    if (here.mock.calls.length === 0) return { threaded, here, vectors };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('encodeInThread', () => {
  it.each([
    ['lsa', lsa],
    ['hashing', createHashingEncoder({ dimensions: 64 })],
  ])('gives the vectors of %s, bit for bit', async (_, encoder) => {
    const { threaded, vectors } = await askThread(encoder);
    const expected = await encoder.encode([LONG, 'a cat']);
    expect(vectors.data).toEqual(expected.data);
    expect([vectors.rows, vectors.cols]).toEqual([2, encoder.dimensions]);
    expect(threaded).toMatchObject({ id: encoder.id, fingerprint: encoder.fingerprint });
  });

  it('gives the coverage of the encoder, where it has one', async () => {
    const { threaded } = await askThread(lsa);
    const coverage = vi.spyOn(lsa, 'coverage');
    const covered = await threaded.coverage?.([LONG, 'a cat']);
    expect(coverage).not.toHaveBeenCalled();
    expect(covered).toEqual(await lsa.coverage([LONG, 'a cat']));
    expect(encodeInThread(createHashingEncoder()).coverage).toBeUndefined();
  });

  it('encodes short texts here', async () => {
    const { threaded, here } = await askThread(lsa);
    await threaded.encode(['a cat']);
    expect(here).toHaveBeenCalledOnce();
  });

  it('lets the event loop turn while a long text is encoded', async () => {
    const { threaded } = await askThread(lsa);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await threaded.encode([LONG.repeat(1000)]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('ends a thread without work, and encodes here until the next one is ready', async () => {
    const { threaded, here, vectors } = await askThread(lsa, 20);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const again = await threaded.encode([LONG, 'a cat']);
    expect(here).toHaveBeenCalledOnce();
    expect(again.data).toEqual(vectors.data);
  });

  it('stops waiting at an abort, and answers the next question', async () => {
    const { threaded } = await askThread(lsa);
    const controller = new AbortController();
    const stopped = threaded.encode([LONG.repeat(1000)], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    const { data } = await threaded.encode([LONG]);
    expect(data).toEqual((await lsa.encode([LONG])).data);
  });

  it('refuses texts that are none, and encoders that a thread cannot restore', async () => {
    const threaded = encodeInThread(lsa);
    await expect(threaded.encode([1 as never])).rejects.toThrow('index 0');
    expect(() => encodeInThread({ ...createHashingEncoder(), id: 'mine' } as never)).toThrow(
      '"mine" cannot be copied to a thread',
    );
  });
});
