import { Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { findSimilarEmbeddings } from './find-similar-embeddings.js';
import { RandomRotation } from './random-rotation.js';

const fails = (code: string): unknown => expect.objectContaining({ code });

function generate(count: number, dimensions: number, seed: number): Matrix {
  const random = new Random(seed);
  const matrix = new Matrix(count, dimensions);
  for (let row = 0; row < count; row++) {
    const source = row % 4 === 3 ? matrix.row(random.integer(row)) : undefined;
    const noise = source ? 0.05 + random.uniform() : 1;
    const length = 0.1 + 10 * random.uniform();
    const values = matrix.row(row);
    for (let column = 0; column < dimensions; column++) {
      values[column] = length * ((source?.[column] ?? 0) + noise * random.normal());
    }
  }
  return matrix;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, index) => sum + value * y[index]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('findSimilarEmbeddings', () => {
  it.each([
    [48, 0.9],
    [100, 0.7],
  ])(
    'finds the pairs that comparing all of them finds, of %i dimensions',
    async (dimensions, threshold) => {
      const embeddings = generate(120, dimensions, dimensions);
      const { pairs } = await findSimilarEmbeddings(embeddings, {
        threshold,
        missProbability: 1e-4,
        hyperplanes: 4096,
      });
      const found = new Map(pairs.map((pair) => [`${pair.first} ${pair.second}`, pair.similarity]));
      let expected = 0;
      for (let second = 0; second < 120; second++) {
        for (let first = 0; first < second; first++) {
          const similarity = cosine(embeddings.row(first), embeddings.row(second));
          if (similarity < threshold) continue;
          expected++;
          expect(found.get(`${first} ${second}`)).toBeCloseTo(similarity, 5);
        }
      }
      expect(expected).toBeGreaterThan(10);
      expect(pairs).toHaveLength(expected);
    },
  );

  it('groups equal embeddings, and leaves those of length zero alone', async () => {
    const embeddings = new Matrix(5, 2, Float32Array.of(1, 2, 0, 0, 1, 2, 0, 0, 2, 4));
    const { groups, pairs } = await findSimilarEmbeddings(embeddings);
    expect([...groups]).toEqual([0, 1, 0, 2, 0]);
    expect(pairs).toEqual([
      { first: 0, second: 2, similarity: 1 },
      { first: 0, second: 4, similarity: expect.closeTo(1, 6) },
    ]);
  });

  it('refuses values that are not finite, and options out of range', async () => {
    const embeddings = new Matrix(2, 2, Float32Array.of(1, 2, Number.NaN, 0));
    await expect(findSimilarEmbeddings(embeddings)).rejects.toEqual(fails('not-finite'));
    await expect(findSimilarEmbeddings(embeddings)).rejects.toThrow(/question 1/);
    for (const options of [{ threshold: 0 }, { hyperplanes: 0 }, { missProbability: 2 }]) {
      await expect(findSimilarEmbeddings(embeddings, options)).rejects.toEqual(
        fails('invalid-argument'),
      );
    }
  });
});

describe('RandomRotation', () => {
  it('keeps angles, and agrees in signs with probability 1 - angle / π', () => {
    const [a, b] = [generate(2, 256, 1).row(0), generate(2, 256, 1).row(1)];
    const mixed = a.map(
      (value, index) => value / Math.hypot(...a) + (1.2 * b[index]!) / Math.hypot(...b),
    );
    let agreeing = 0;
    const rotations = 20;
    for (let seed = 0; seed < rotations; seed++) {
      const rotation = new RandomRotation(256, new Random(seed));
      const left = Float32Array.from(rotation.rotate(a));
      const right = Float32Array.from(rotation.rotate(mixed));
      expect(cosine(left, right)).toBeCloseTo(cosine(a, mixed), 4);
      agreeing += left.filter((value, index) => value > 0 === right[index]! > 0).length;
    }
    const probability = 1 - Math.acos(cosine(a, mixed)) / Math.PI;
    const signs = rotations * 256;
    const bound = 4 * Math.sqrt((probability * (1 - probability)) / signs);
    expect(Math.abs(agreeing / signs - probability)).toBeLessThan(bound);
  });
});
