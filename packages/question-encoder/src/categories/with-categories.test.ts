import {
  CategoryIndicators,
  type EncoderRecord,
  Matrix,
  type QuestionEncoder,
  readSafetensors,
  writeSafetensors,
} from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../cache/memory-store.js';
import { withCache } from '../cache/with-cache.js';
import { createHashingEncoder } from '../hashing/hashing-encoder.js';
import { fitLsaEncoder } from '../lsa/fit-lsa-encoder.js';
import { encoderRecord } from '../record/encoder-record.js';
import { restoreEncoder } from '../record/restore-encoder.js';
import { restoreCategoryEncoder } from './restore-category-encoder.js';
import { categoryEncoderRecord, withCategories } from './with-categories.js';

const texts = ['what is one', 'what is two', 'one and two', 'is two one', 'what and what'];
const code = (value: string) => expect.objectContaining({ code: value });

function indicatorsFor(dimensions: number, scale = 0.7): CategoryIndicators {
  return new CategoryIndicators({
    categories: ['counting', 'asking'],
    shares: Float32Array.of(0.75, 0.25),
    scale,
    weights: new Matrix(
      2,
      dimensions,
      Float32Array.from({ length: 2 * dimensions }, (_, index) => Math.sin(index)),
    ),
    bias: Float32Array.of(0.5, -0.5),
  });
}

const hashing = createHashingEncoder({ dimensions: 8 });
const wrapped = await withCategories(hashing, indicatorsFor(8));

describe('withCategories', () => {
  it('appends indicators of categories that it is told, and of those that it infers', async () => {
    const inner = await hashing.encode(texts);
    const { indicators } = wrapped;
    expect(wrapped.id).toBe('categories:hashing');
    expect(wrapped.dimensions).toBe(10);
    expect(await wrapped.encode(texts)).toEqual(indicators.append(inner));
    const categories = ['counting', undefined, 'asking', 'asking', undefined];
    expect(await wrapped.encode(texts, { categories })).toEqual(
      indicators.append(inner, categories),
    );
  });

  it('refuses categories that do not fit before it encodes', async () => {
    let calls = 0;
    const counting: QuestionEncoder = {
      id: 'counting',
      dimensions: 8,
      encode: async (of) => {
        calls++;
        return new Matrix(of.length, 8);
      },
    };
    const encoder = await withCategories(counting, indicatorsFor(8));
    await expect(encoder.encode(['a'], { categories: ['chess'] })).rejects.toThrow(
      code('invalid-argument'),
    );
    await expect(encoder.encode(['a'], { categories: [] })).rejects.toThrow(code('shape-mismatch'));
    expect(calls).toBe(0);
  });

  it('passes signal and progress on, and works around a cache', async () => {
    const cached = await withCategories(
      withCache(hashing, createMemoryStore()),
      wrapped.indicators,
    );
    expect(cached.fingerprint).toBe(wrapped.fingerprint);
    const done: number[] = [];
    const vectors = await cached.encode(texts, { onProgress: (report) => done.push(report.done) });
    expect(vectors).toEqual(await wrapped.encode(texts));
    expect(done.at(-1)).toBe(5);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(cached.encode(texts, { signal })).rejects.toThrow('enough');
  });

  it('has another fingerprint for another scale, category or encoder', async () => {
    const others = [
      await withCategories(hashing, indicatorsFor(8, 0.8)),
      await withCategories(createHashingEncoder({ dimensions: 8, seed: 1 }), indicatorsFor(8)),
    ];
    const fingerprints = [wrapped, ...others].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(3);
    expect((await withCategories(hashing, indicatorsFor(8))).fingerprint).toBe(wrapped.fingerprint);
  });

  it('refuses indicators for other dimensions, and categories on top of categories', async () => {
    await expect(withCategories(hashing, indicatorsFor(9))).rejects.toThrow(code('shape-mismatch'));
    await expect(withCategories(wrapped, indicatorsFor(10))).rejects.toThrow(
      /already has categories/,
    );
  });
});

describe('restoreCategoryEncoder', () => {
  it('brings back the same vectors and fingerprint, with the files of the inner encoder', async () => {
    const lsa = await fitLsaEncoder({ texts, dimensions: 3 });
    const encoder = await withCategories(lsa, indicatorsFor(3));
    const record = encoderRecord(encoder);
    expect([...(record.files?.keys() ?? [])].sort()).toEqual([
      'categories.safetensors',
      'lsa.safetensors',
      'vocabulary.txt',
    ]);
    expect(record).toEqual(await categoryEncoderRecord(encoderRecord(lsa), indicatorsFor(3)));
    const restored = await restoreEncoder(record);
    expect(restored.fingerprint).toBe(encoder.fingerprint);
    expect(await restored.encode(texts)).toEqual(await encoder.encode(texts));
  });

  it('takes an inner encoder that does not travel in the artifact', async () => {
    const own: QuestionEncoder = {
      id: 'own',
      dimensions: 8,
      fingerprint: 'own:1',
      encode: async (of) => new Matrix(of.length, 8),
    };
    const record = encoderRecord(await withCategories(own, indicatorsFor(8)));
    await expect(restoreEncoder(record)).rejects.toThrow(
      /"own".*does not contain.*`restoreCategoryEncoder`/,
    );
    const restored = await restoreCategoryEncoder(record, own);
    expect(restored.fingerprint).toBe(record.fingerprint);
    expect((await restoreCategoryEncoder(record, async () => own)).id).toBe('categories:own');
    const other = { ...own, fingerprint: 'own:2' };
    await expect(restoreCategoryEncoder(record, other)).rejects.toThrow(code('encoder-mismatch'));
  });

  it('refuses a damaged record, naming file and field', async () => {
    const record = encoderRecord(wrapped);
    const restore = (changed: Partial<EncoderRecord>) =>
      expect(restoreCategoryEncoder({ ...record, ...changed }, hashing)).rejects;
    const setting = (name: string, value: unknown) =>
      restore({ settings: { ...record.settings, [name]: value } });
    await restore({ id: 'lsa' }).toThrow(code('encoder-mismatch'));
    await restore({ fingerprint: 'categories:other' }).toThrow(code('encoder-mismatch'));
    await restore({ settings: undefined }).toThrow(code('invalid-artifact'));
    await setting('formatVersion', 2).toThrow(code('unsupported-version'));
    await setting('categories', 'counting').toThrow(/settings.categories/);
    await setting('categories', ['counting']).toThrow(code('invalid-artifact'));
    await setting('scale', 'large').toThrow(/settings.scale/);
    await setting('scale', -1).toThrow(code('invalid-artifact'));
    await setting('scale', 0.8).toThrow(code('encoder-mismatch'));
    await setting('encoderId', 3).toThrow(/settings.encoderId/);
    await setting('encoderDimensions', 9).toThrow(/weights/);
    await setting('encoderSettings', []).toThrow(/settings.encoderSettings/);
    await restore({ files: new Map() }).toThrow(/categories.safetensors/);
  });

  it('refuses tensors that are missing, of another shape or not finite', async () => {
    const record = encoderRecord(wrapped);
    const bytes = record.files?.get('categories.safetensors') ?? new Uint8Array();
    const { tensors } = readSafetensors(bytes);
    const restore = (name: string, data: Float32Array | undefined) => {
      const changed = new Map(tensors);
      if (data) changed.set(name, { dtype: 'F32', shape: [data.length], data });
      else changed.delete(name);
      const files = new Map([['categories.safetensors', writeSafetensors([...changed])]]);
      return expect(restoreCategoryEncoder({ ...record, files }, hashing)).rejects;
    };
    await restore('bias', undefined).toThrow(/bias/);
    await restore('bias', new Float32Array(3)).toThrow(code('invalid-artifact'));
    await restore('bias', Float32Array.of(0, Number.NaN)).toThrow(/bias/);
    await restore('weights', new Float32Array(8)).toThrow(code('invalid-artifact'));
    await restore('shares', Float32Array.of(1, 0)).toThrow(code('invalid-artifact'));
  });
});
