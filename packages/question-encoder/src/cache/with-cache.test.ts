import { Matrix, type QuestionEncoder } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHashingEncoder } from '../hashing/hashing-encoder.js';
import { encoderRecord } from '../record/encoder-record.js';
import type { EmbeddingStore } from './embedding-store.js';
import { createMemoryStore } from './memory-store.js';
import { withCache } from './with-cache.js';

const inner = createHashingEncoder({ dimensions: 16 });

/** The hashing encoder, with the texts of every call. */
function counting(change: Partial<QuestionEncoder> = {}) {
  const calls: string[][] = [];
  const encoder: QuestionEncoder = {
    id: inner.id,
    dimensions: inner.dimensions,
    fingerprint: inner.fingerprint,
    encode: (texts, options) => {
      calls.push([...texts]);
      return inner.encode(texts, options);
    },
    ...change,
  };
  return { encoder, calls };
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `question ${'very '.repeat(i % 5)}number ${i}`);

describe('an encoder with a cache', () => {
  it('gives the vectors of the encoder, whatever is cached and whatever repeats', async () => {
    const cached = withCache(inner, createMemoryStore(), { batchSize: 3 });
    const text = fc.constantFrom('', 'a', 'b', 'a b', 'what is a b?', '\ud800', '\udfff', 'é');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 12 }), async (texts) => {
        expect(await cached.encode(texts)).toEqual(await inner.encode(texts));
      }),
    );
  });

  it('encodes each text once', async () => {
    const { encoder, calls } = counting();
    const cached = withCache(encoder, createMemoryStore());
    await cached.encode(['a', 'b', 'a']);
    await cached.encode(['b', 'c', 'c', 'a']);
    expect(calls.map((texts) => [...texts].sort())).toEqual([['a', 'b'], ['c']]);
    expect((await cached.encode([])).cols).toBe(16);
    expect(calls.length).toBe(2);
  });

  it('keeps encoders of other fingerprints apart, and of no fingerprint by their id', async () => {
    const store = createMemoryStore();
    const first = counting();
    const second = counting({ fingerprint: 'another' });
    const third = counting({ fingerprint: undefined });
    for (const { encoder } of [first, second, third, third]) {
      await withCache(encoder, store).encode(['a']);
    }
    expect([first, second, third].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
  });

  it('writes batch by batch, longest texts first, so that a failed encode continues', async () => {
    const store = createMemoryStore();
    const texts = numbered(20);
    let failing = true;
    const { encoder, calls } = counting();
    const flaky: QuestionEncoder = {
      ...encoder,
      encode: (batch, options) => {
        if (failing && calls.length === 3) throw new Error('out of memory');
        return encoder.encode(batch, options);
      },
    };
    const cached = withCache(flaky, store, { batchSize: 4 });
    await expect(cached.encode(texts)).rejects.toThrow('out of memory');
    failing = false;
    expect(await cached.encode(texts)).toEqual(await inner.encode(texts));
    const encoded = calls.flat();
    expect(new Set(encoded).size).toBe(20);
    expect(encoded.length).toBe(20);
    const lengths = calls.slice(0, 3).flatMap((batch) => batch.map((text) => text.length));
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  });

  it('keeps what was encoded when an abort comes, and stops', async () => {
    const { encoder, calls } = counting();
    const cached = withCache(encoder, createMemoryStore(), { batchSize: 4 });
    const controller = new AbortController();
    const stopped = cached.encode(numbered(20), {
      signal: controller.signal,
      onProgress: ({ done }) => done === 8 && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(calls.length).toBe(2);
    await cached.encode(numbered(20));
    expect(calls.flat().length).toBe(20);
    const aborted = cached.encode(['a'], { signal: AbortSignal.abort(new Error('before')) });
    await expect(aborted).rejects.toThrow('before');
  });

  it('reports rising progress that ends with all texts, cached ones at once', async () => {
    const cached = withCache(inner, createMemoryStore(), { batchSize: 8 });
    await cached.encode(numbered(10));
    const seen: number[] = [];
    await cached.encode([...numbered(30), ...numbered(30)], {
      onProgress: ({ done, total }) => {
        expect(total).toBe(60);
        seen.push(done);
      },
    });
    expect(seen[0]).toBe(20);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(60);
  });

  it('stands in for the encoder in an artifact', () => {
    const cached = withCache(inner, createMemoryStore());
    expect(encoderRecord(cached)).toEqual(encoderRecord(inner));
    const plain = withCache(counting({ fingerprint: undefined }).encoder, createMemoryStore());
    expect('serialize' in plain).toBe(false);
    expect(encoderRecord(plain)).toEqual({
      id: 'hashing',
      fingerprint: 'hashing',
      dimensions: 16,
    });
  });

  it('refuses wrong vectors from the encoder, and stores none of them', async () => {
    const store = createMemoryStore();
    const giving = (result: Matrix) =>
      withCache(counting({ encode: async () => result }).encoder, store).encode(['a', 'b']);
    await expect(giving(new Matrix(1, 16))).rejects.toThrow(/\[1, 16\], but \[2, 16\]/);
    await expect(giving(new Matrix(2, 15))).rejects.toMatchObject({ code: 'shape-mismatch' });
    const infinite = new Matrix(2, 16);
    infinite.data[20] = Number.POSITIVE_INFINITY;
    await expect(giving(infinite)).rejects.toMatchObject({ code: 'not-finite' });
    const { encoder, calls } = counting();
    await withCache(encoder, store).encode(['a', 'b']);
    expect(calls.flat().length).toBe(2);
  });

  it('refuses wrong vectors from the store', async () => {
    const giving = (vector: Float32Array): EmbeddingStore => ({
      get: async (keys) => new Map(keys.map((key) => [key, vector])),
      set: async () => {},
    });
    const encode = (vector: Float32Array) => withCache(inner, giving(vector)).encode(['a']);
    await expect(encode(new Float32Array(3))).rejects.toThrow(/cache returned a vector of 3 dim/);
    await expect(encode(new Float32Array(16).fill(Number.NaN))).rejects.toMatchObject({
      code: 'not-finite',
    });
  });

  it('is not changed by what callers do to results', async () => {
    const cached = withCache(inner, createMemoryStore());
    const expected = (await inner.encode(['a'])).data;
    for (let i = 0; i < 3; i++) {
      const { data } = await cached.encode(['a']);
      expect(data).toEqual(expected);
      data.fill(9);
    }
  });

  it('refuses options and texts out of range', async () => {
    expect(() => withCache(inner, createMemoryStore(), { batchSize: 0 })).toThrow(/`batchSize`/);
    expect(() => createMemoryStore({ maxVectors: 0 })).toThrow(/`maxVectors`/);
    expect(() => createMemoryStore({ maxVectors: 1.5 })).toThrow(/`maxVectors`/);
    const wrong = [1] as unknown as string[];
    await expect(withCache(inner, createMemoryStore()).encode(wrong)).rejects.toThrow(/index 0/);
  });
});

it('a memory store drops what was used longest ago once it is full', async () => {
  const { encoder, calls } = counting();
  const cached = withCache(encoder, createMemoryStore({ maxVectors: 2 }));
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await cached.encode([text]);
  expect(calls.flat()).toEqual(['a', 'b', 'c', 'b']);
});
