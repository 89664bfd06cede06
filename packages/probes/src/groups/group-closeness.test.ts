import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { modelDistances } from '../distances/model-distances.js';
import { type GroupClosenessOptions, groupCloseness } from './group-closeness.js';

function distancesOf(points: readonly number[]): Matrix {
  const names = points.map((_, index) => `model ${index}`);
  const embeddings = Matrix.fromRows(points.map((point) => [point]));
  return modelDistances({ embeddings, names, metric: 'euclidean' }).distances;
}

describe('groupCloseness', () => {
  const twoPairs = distancesOf([0, 1, 10, 11]);

  it('gives the exact probability where few assignments exist', () => {
    // Three ways to pair up four models, each as likely; only one is as close as observed.
    const result = groupCloseness({
      distances: twoPairs,
      labels: ['a', 'a', 'b', 'b'],
      permutations: 20_000,
      seed: 1,
    });
    expect(result.pValue).toBeCloseTo(1 / 3, 1.5);
    expect(result).toMatchObject({
      withinMean: 1,
      betweenMean: 10,
      pairsWithin: 2,
      pairsBetween: 4,
    });
  });

  it('finds families that are there', () => {
    const random = new Random(5);
    const labels = Array.from({ length: 30 }, (_, index) => `family ${index % 3}`);
    const distances = distancesOf(labels.map((_, i) => 4 * (i % 3) + random.normal()));
    expect(groupCloseness({ distances, labels, seed: 2 }).pValue).toBe(1 / 1000);
  });

  it('rarely finds families that are not there', () => {
    const random = new Random(8);
    const runs = 400;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const labels = Array.from({ length: 12 }, () => (random.uniform() < 0.5 ? 'a' : 'b'));
      if (new Set(labels).size < 2) continue;
      const distances = distancesOf(labels.map(() => random.normal()));
      if (groupCloseness({ distances, labels, permutations: 99, seed: run }).pValue <= 0.05)
        found++;
    }
    // Binomial with at most 5%: mean 20, standard deviation 4.4; and the test must find some.
    expect(found).toBeLessThanOrEqual(38);
    expect(found).toBeGreaterThanOrEqual(4);
  });

  it('leaves models without a family out', () => {
    const labels = ['a', 'a', 'b', 'b'];
    const alone = groupCloseness({ distances: twoPairs, labels, seed: 3 });
    const distances = distancesOf([500, 0, 1, -7, 10, 11]);
    const mixed = groupCloseness({
      distances,
      labels: [undefined, 'a', 'a', undefined, 'b', 'b'],
      seed: 3,
    });
    expect(mixed).toEqual(alone);
  });

  it('counts ties as chance', () => {
    const distances = distancesOf([0.1, 0.1, 0.1, 0.1, 0.1]);
    const result = groupCloseness({ distances, labels: ['a', 'a', 'b', 'b', 'c'], seed: 4 });
    expect(result.pValue).toBe(1);
  });

  it('repeats itself with the same seed', () => {
    const options = {
      distances: distancesOf([3, 1, 2, 7, 5, 6]),
      labels: ['a', 'b', 'a', 'b', 'a', 'b'],
    };
    expect(groupCloseness({ ...options, seed: 9 })).toEqual(
      groupCloseness({ ...options, seed: 9 }),
    );
  });

  it.each<[string, string, Partial<GroupClosenessOptions>]>([
    ['labels of another length', 'shape-mismatch', { labels: ['a', 'a'] }],
    ['one group only', 'invalid-argument', { labels: ['a', 'a', 'a', undefined] }],
    ['no group with two models', 'invalid-argument', { labels: ['a', 'b', 'c', 'd'] }],
    ['no permutation', 'invalid-argument', { permutations: 0 }],
    ['a negative seed', 'invalid-argument', { seed: -1 }],
    ['NaN', 'not-finite', { distances: new Matrix(4, 4, new Float32Array(16).fill(Number.NaN)) }],
    [
      'negative distances',
      'invalid-argument',
      { distances: new Matrix(4, 4, new Float32Array(16).fill(-1)) },
    ],
    [
      'distances that are not symmetric',
      'invalid-argument',
      {
        distances: new Matrix(
          4,
          4,
          Float32Array.from({ length: 16 }, (_, i) => i),
        ),
      },
    ],
  ])('refuses %s', (_, code, change) => {
    const work = () =>
      groupCloseness({ distances: twoPairs, labels: ['a', 'a', 'b', 'b'], seed: 1, ...change });
    expect(work).toThrow(EmbedLLMError);
    expect(work).toThrow(expect.objectContaining({ code }));
  });
});
