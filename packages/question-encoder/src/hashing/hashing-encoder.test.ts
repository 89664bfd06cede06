import { DataError, EmbedLLMError } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoderRecord } from '../record/encoder-record.js';
import { restoreEncoder } from '../record/restore-encoder.js';
import { murmurHash } from '../text/murmur-hash.js';
import { createHashingEncoder } from './hashing-encoder.js';
import { naturalLogarithm } from './natural-logarithm.js';
import { restoreHashingEncoder } from './restore-hashing-encoder.js';

describe('a hashing encoder', () => {
  it('adds the signed weight of each word and pair to the component of its hash', async () => {
    const encoder = createHashingEncoder({ dimensions: 50, seed: 7 });
    const expected = new Float64Array(50);
    for (const [term, count] of [
      ['two', 3],
      ['plus', 1],
      ['two two', 1],
      ['two plus', 1],
      ['plus two', 1],
    ] as const) {
      const hash = murmurHash(term, 7);
      expected[(hash % 2 ** 31) % 50]! += (hash < 2 ** 31 ? 1 : -1) * (1 + Math.log(count));
    }
    const norm = Math.hypot(...expected);
    const vectors = await encoder.encode(['Two two plus TWO']);
    vectors.row(0).forEach((value, j) => {
      expect(value).toBeCloseTo(expected[j]! / norm, 6);
    });
  });

  it('gives the same bits on every platform', async () => {
    const encoder = createHashingEncoder({ dimensions: 64 });
    const texts = [
      'What is 12 * 12? Say 12 twice: 12, 12.',
      'def f(x): return x',
      '三角形の面積は?',
    ];
    const { data } = await encoder.encode(texts);
    const bits = new Uint32Array(data.buffer);
    expect(bits.reduce((hash, word) => murmurHash(`${hash}:${word}`, 0), 0)).toBe(GOLDEN);
  });

  it('keeps inner products of long texts close to those of their terms', async () => {
    const word = (i: number) => [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const words = (from: number) => Array.from({ length: 200 }, (_, i) => word(from + i)).join(' ');
    const encoder = createHashingEncoder({ dimensions: 4096, ngrams: 1 });
    const vectors = await encoder.encode([words(0), words(100), words(500)]);
    const dot = (a: number, b: number) =>
      vectors.row(a).reduce((sum, value, j) => sum + value * vectors.row(b)[j]!, 0);
    // Half of the words are shared; the error of hashing is about 1 / sqrt(4096).
    expect(Math.abs(dot(0, 1) - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(dot(0, 2))).toBeLessThan(0.06);
    expect(dot(0, 0)).toBeCloseTo(1, 6);
  });

  it('gives zeros for texts without tokens, and never NaN', async () => {
    const encoder = createHashingEncoder({ dimensions: 3 });
    const blank = await encoder.encode(['', ' \n\t', '\0']);
    expect(blank.data.every((value) => value === 0)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (texts) => {
        const vectors = await encoder.encode(texts);
        expect([vectors.rows, vectors.cols]).toEqual([texts.length, 3]);
        expect(vectors.data.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{ dimensions: 0 }, /`dimensions` must be an integer from 1 to 65536, but is 0/],
    [{ dimensions: 1.5 }, /`dimensions`/],
    [{ ngrams: 6 }, /`ngrams` must be an integer from 1 to 5/],
    [{ seed: -1 }, /`seed`/],
  ])('refuses %j', (options, message) => {
    expect(() => createHashingEncoder(options)).toThrow(EmbedLLMError);
    expect(() => createHashingEncoder(options)).toThrow(message);
  });

  it('comes back from its settings alone', async () => {
    const encoder = createHashingEncoder({ dimensions: 32, ngrams: 3, seed: 5 });
    const record = JSON.parse(JSON.stringify(encoderRecord(encoder)));
    expect(Object.keys(record).sort()).toEqual(['dimensions', 'fingerprint', 'id', 'settings']);
    const expected = (await encoder.encode(['one two three'])).data;
    for (const restored of [
      await restoreEncoder(record),
      restoreHashingEncoder(record),
      restoreHashingEncoder(encoder.serialize()),
    ]) {
      expect(restored.fingerprint).toBe(encoder.fingerprint);
      expect((await restored.encode(['one two three'])).data).toEqual(expected);
    }
    expect(createHashingEncoder({ dimensions: 32 }).fingerprint).not.toBe(encoder.fingerprint);
  });

  it('is not restored from a record that was altered or belongs to a different encoder', () => {
    const record = encoderRecord(createHashingEncoder());
    const settings = { ...record.settings };
    const failures: [Partial<typeof record>, string, RegExp][] = [
      [{ id: 'lsa' }, 'encoder-mismatch', /encoder "lsa", not a `hashing`/],
      [{ settings: { ...settings, seed: 1 } }, 'encoder-mismatch', /The record was altered/],
      [{ settings: { ...settings, ngrams: '2' } }, 'invalid-artifact', /settings\.ngrams/],
      [{ settings: { ...settings, formatVersion: 2 } }, 'unsupported-version', /found 2/],
      [{ settings: undefined }, 'invalid-artifact', /no settings/],
      [{ settings: Object.create(settings) }, 'unsupported-version', /found missing/],
    ];
    for (const [change, code, message] of failures) {
      const restore = () => restoreHashingEncoder({ ...record, ...change });
      expect(restore).toThrow(expect.objectContaining({ code }));
      expect(restore).toThrow(message);
    }
    expect(() => restoreHashingEncoder({ ...record, settings: {} })).toThrow(DataError);
  });
});

it('the logarithm agrees with Math.log', () => {
  for (let value = 1; value < 3000; value++) {
    expect(Math.abs(naturalLogarithm(value) - Math.log(value))).toBeLessThan(2e-15);
  }
  expect(naturalLogarithm(1)).toBe(0);
  expect(naturalLogarithm(2 ** 40 - 1)).toBeCloseTo(Math.log(2 ** 40 - 1), 13);
});

/** Of the bits of three vectors; changes whenever stored artifacts would stop fitting. */
const GOLDEN = 523584157;
