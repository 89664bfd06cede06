import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type ProbeAttributeOptions, probeAttribute } from './probe-attribute.js';

const random = new Random(7);
const names = Array.from({ length: 20 }, (_, i) => `model ${i}`);
const embeddings = new Matrix(
  20,
  3,
  Float32Array.from({ length: 60 }, () => random.normal()),
);
const linear = names.map((_, i) => 3 * embeddings.at(i, 0) - embeddings.at(i, 2) + 10);
const base = { embeddings, names, permutations: 99, seed: 1 };

describe('probeAttribute', () => {
  it('predicts what is linear in the vectors', async () => {
    const result = await probeAttribute({ ...base, values: linear, ridges: [1e-6] });
    if (result.kind !== 'numbers') throw new Error('numbers');
    expect(result.r2).toBeGreaterThan(0.999);
    expect(result.pValue).toBe(0.01);
    expect(result.predictions[3]!.actual).toBe(linear[3]);
    expect(result.predictions[3]!.predicted).toBeCloseTo(linear[3]!, 2);
  });

  it('gives an r2 of 0 to nothing better than the mean of the others', async () => {
    const flat = { ...base, embeddings: new Matrix(20, 3), values: linear };
    const result = await probeAttribute(flat);
    if (result.kind !== 'numbers') throw new Error('numbers');
    expect(result.r2).toBeCloseTo(0, 9);
    expect(result.pValue).toBe(1);
  });

  it('counts classes alike, however large, for the balanced accuracy', async () => {
    const values = names.map((_, i) => (i < 18 ? 'common' : 'rare'));
    const flat = { ...base, embeddings: new Matrix(20, 3), values };
    const result = await probeAttribute(flat);
    expect(result).toMatchObject({ accuracy: 0.9, balancedAccuracy: 0.5, majorityShare: 0.9 });
    expect(result.pValue).toBe(1);
  });

  it('leaves models without the attribute out', async () => {
    const values = names.map((_, i) =>
      i % 4 === 0 ? undefined : embeddings.at(i, 0) > 0 ? 'p' : 'n',
    );
    const result = await probeAttribute({ ...base, values, probe: 'nearest-neighbours' });
    if (result.kind !== 'classes') throw new Error('classes');
    expect(result.models).toBe(15);
    expect(result.predictions.map(({ name }) => name)).not.toContain('model 4');
    expect([...result.classes].sort()).toEqual(['n', 'p']);
  });

  it('is plain data', async () => {
    const result = await probeAttribute({ ...base, values: linear });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it.each<[string, Partial<ProbeAttributeOptions>]>([
    ['values of another number', { values: ['a', 'b'] }],
    ['text mixed with numbers', { values: names.map((name, i) => (i ? name : 1)) }],
    ['NaN', { values: names.map(() => Number.NaN) }],
    ['one value only', { values: names.map(() => 'same') }],
    ['a ridge of 0', { ridges: [0] }],
    ['no ridge', { ridges: [] }],
    ['no neighbour', { probe: 'nearest-neighbours', k: 0 }],
    ['no permutation', { permutations: 0 }],
    ['strata of another number', { strata: ['a'] }],
  ])('refuses %s', async (_, change) => {
    const options = { ...base, values: linear, ...change } as ProbeAttributeOptions;
    await expect(probeAttribute(options)).rejects.toThrow(EmbedLLMError);
  });
});
