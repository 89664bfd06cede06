import {
  CategoryIndicators,
  DataError,
  type EncoderRecord,
  Matrix,
  type QuestionEncoder,
} from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import {
  createHashingEncoder,
  createMemoryStore,
  encoderRecord,
  fitLsaEncoder,
  joinEncoders,
  restoreCategoryEncoder,
  restoreEncoder,
  restoreJoinedEncoder,
  withCache,
  withCategories,
} from '../index.js';
import { canEncodeInThread } from '../threads/encode-in-thread.js';

const texts = ['what is one', 'what is two', 'one and two', 'is two one', 'what and what'];
const lsa = () => fitLsaEncoder({ texts, dimensions: 3 });
const hashing = createHashingEncoder({ dimensions: 8 });
/** One that knows no more of itself than an id, and covers all it is asked. */
const outside: QuestionEncoder = {
  id: 'outside',
  dimensions: 1,
  encode: async (given) => Matrix.fromRows(given.map(() => [1])),
  coverage: async (given) => new Float32Array(given.length).fill(1),
};

describe('joined encoders', () => {
  it('give the vectors of all, one behind the other, by weight, at unit length', async () => {
    const first = await lsa();
    const joined = await joinEncoders([first, hashing], { weights: [3, 4] });
    expect([joined.id, joined.dimensions]).toEqual(['join:lsa+hashing', 11]);
    expect(joined.weights).toEqual([0.6, 0.8]);
    const vectors = await joined.encode(texts);
    const [a, b] = [await first.encode(texts), await hashing.encode(texts)];
    for (const row of texts.keys()) {
      const expected = [
        ...a.row(row).map((value) => 0.6 * value),
        ...b.row(row).map((value) => 0.8 * value),
      ];
      vectors.row(row).forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j]!, 6);
      });
      expect(Math.hypot(...vectors.row(row))).toBeCloseTo(1, 6);
    }
  });

  it('change their fingerprint with a weight, an encoder and the order', async () => {
    const first = await lsa();
    const all = await Promise.all([
      joinEncoders([first, hashing]),
      joinEncoders([hashing, first]),
      joinEncoders([first, hashing], { weights: [1, 2] }),
      joinEncoders([first, createHashingEncoder({ dimensions: 8, seed: 1 })]),
    ]);
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(4);
    const same = await joinEncoders([first, hashing], { weights: [5, 5] });
    expect(same.fingerprint).toBe(all[0].fingerprint);
  });

  it('report progress as one, and stop when aborted', async () => {
    const joined = await joinEncoders([await lsa(), outside, hashing]);
    const seen: number[] = [];
    await joined.encode(texts, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([1, 3, 5]);
    const reason = new Error('enough');
    const stopped = joined.encode(texts, { signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });

  it('average the coverage of the encoders that report one', async () => {
    const first = await lsa();
    const joined = await joinEncoders([first, hashing, outside], { weights: [1, 5, 2] });
    const [shares, alone] = [await joined.coverage?.(texts), await first.coverage(texts)];
    alone.forEach((share, row) => {
      expect(shares?.[row]).toBeCloseTo((share + 4) / 5, 6);
    });
    const silent = await joinEncoders([hashing, hashing]);
    expect(silent.coverage).toBeUndefined();
  });

  it('can be cached and given categories', async () => {
    const joined = await joinEncoders([await lsa(), hashing]);
    const cached = withCache(joined, createMemoryStore());
    expect((await cached.encode(texts)).data).toEqual((await joined.encode(texts)).data);
    const indicators = new CategoryIndicators({
      categories: ['sums', 'other'],
      shares: Float32Array.of(0.5, 0.5),
      scale: 1,
      weights: new Matrix(2, 11, new Float32Array(22).fill(0.1)),
      bias: new Float32Array(2),
    });
    const categorized = await withCategories(joined, indicators);
    const restored = await restoreEncoder(encoderRecord(categorized));
    expect(restored.fingerprint).toBe(categorized.fingerprint);
    expect((await restored.encode(texts)).data).toEqual((await categorized.encode(texts)).data);
    expect([canEncodeInThread(joined), canEncodeInThread(categorized)]).toEqual([true, true]);
    expect(canEncodeInThread(await joinEncoders([joined, outside]))).toBe(false);
  });

  it('come back from a record, those from elsewhere by a function', async () => {
    const joined = await joinEncoders([await lsa(), outside], { weights: [0.3, 0.7] });
    const record: EncoderRecord = {
      ...JSON.parse(JSON.stringify(encoderRecord(joined))),
      files: encoderRecord(joined).files,
    };
    await expect(restoreEncoder(record)).rejects.toThrow(
      /encoder "outside" .* pass it to `restoreJoinedEncoder`/,
    );
    const restored = await restoreJoinedEncoder(record, (inner) =>
      inner.id === 'outside' ? outside : restoreEncoder(inner),
    );
    expect(restored.fingerprint).toBe(joined.fingerprint);
    expect((await restored.encode(texts)).data).toEqual((await joined.encode(texts)).data);
    const other = { ...outside, fingerprint: 'outside:v2' };
    await expect(
      restoreJoinedEncoder(record, (inner) =>
        inner.id === 'outside' ? other : restoreEncoder(inner),
      ),
    ).rejects.toThrow(/but outside:v2 \(1 dimensions\) was given instead/);
    await expect(restoreCategoryEncoder(record, restoreEncoder)).rejects.toMatchObject({
      code: 'encoder-mismatch',
    });
    await expect(restoreJoinedEncoder({ ...record, id: 'lsa' }, restoreEncoder)).rejects.toThrow(
      /not joined encoders/,
    );
    const altered = { ...record, settings: { ...record.settings, weights: [1, 1] } };
    await expect(
      restoreJoinedEncoder(altered, (inner) =>
        inner.id === 'outside' ? outside : restoreEncoder(inner),
      ),
    ).rejects.toMatchObject({ code: 'encoder-mismatch' });
  });

  it.each([
    [{ weights: 'x' }, /encoder\.settings\.weights: Must be a list of numbers/],
    [{ encoders: [1] }, /encoder\.settings\.encoders: Must be a list of objects/],
    [{ encoders: [{ id: 'lsa' }] }, /encoders\[0\]: Must have an id, a fingerprint/],
    [{ formatVersion: 2 }, /reads format 1 of the `join` encoder/],
  ])('are refused with damaged settings: %j', async (change, message) => {
    const record = encoderRecord(await joinEncoders([hashing, hashing]));
    const settings = { ...record.settings, ...change };
    const restoring = restoreEncoder({ ...record, settings });
    await expect(restoring).rejects.toBeInstanceOf(DataError);
    await expect(restoring).rejects.toThrow(message);
  });

  it('are refused with fewer than two encoders, or weights that do not fit', async () => {
    await expect(joinEncoders([hashing])).rejects.toThrow(/at least two encoders/);
    await expect(joinEncoders([hashing, hashing], { weights: [1] })).rejects.toThrow(
      /must have 2 numbers/,
    );
    await expect(joinEncoders([hashing, hashing], { weights: [1, 0] })).rejects.toThrow(
      /must be above 0, but number 1 is 0/,
    );
  });

  it('refuse an encoder that gives another shape than it says', async () => {
    const wrong = { ...outside, dimensions: 2 };
    const joined = await joinEncoders([hashing, wrong]);
    await expect(joined.encode(texts)).rejects.toMatchObject({ code: 'shape-mismatch' });
  });
});
