import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { symmetricEigen } from './symmetric-eigen.js';

function randomSymmetric(size: number, seed: number): Float64Array {
  const random = new Random(seed);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = random.normal();
      matrix[i * size + j] = value;
      matrix[j * size + i] = value;
    }
  }
  return matrix;
}

function rebuild(values: Float64Array, vectors: Float64Array, size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        matrix[i * size + j]! += values[k]! * vectors[k * size + i]! * vectors[k * size + j]!;
      }
    }
  }
  return matrix;
}

describe('symmetricEigen', () => {
  it('rebuilds the matrix from orthonormal vectors and descending values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 1e6 }),
        (size, seed) => {
          const matrix = randomSymmetric(size, seed);
          const { values, vectors } = symmetricEigen(matrix, size);
          rebuild(values, vectors, size).forEach((value, index) => {
            expect(value).toBeCloseTo(matrix[index]!, 9);
          });
          for (let a = 0; a < size; a++) {
            if (a > 0) expect(values[a - 1]).toBeGreaterThanOrEqual(values[a]!);
            for (let b = 0; b <= a; b++) {
              let dot = 0;
              for (let i = 0; i < size; i++) dot += vectors[a * size + i]! * vectors[b * size + i]!;
              expect(dot).toBeCloseTo(a === b ? 1 : 0, 10);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('converges on Gram matrices of low rank, where most eigenvalues are rounding', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      const [size, rank] = [40 + random.integer(60), 1 + random.integer(14)];
      const factors = Float64Array.from({ length: size * rank }, (_, i) =>
        // Embeddings as they are: falling weight, some columns constant.
        i % rank === rank - 1 ? 1 : Math.fround(random.normal() * 0.5 ** (i % rank)),
      );
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          for (let k = 0; k < rank; k++) {
            matrix[i * size + j]! += factors[i * rank + k]! * factors[j * rank + k]!;
          }
        }
      }
      const { values, vectors } = symmetricEigen(matrix, size);
      const differences = rebuild(values, vectors, size).map((value, i) => value - matrix[i]!);
      expect(differences.every((difference) => Math.abs(difference) < 5e-10)).toBe(true);
      expect(values.slice(rank).every((value) => Math.abs(value) < 1e-11)).toBe(true);
    }
  });

  it('agrees with ml-matrix on the eigenvalues of a 60 x 60 matrix', () => {
    const matrix = randomSymmetric(60, 3);
    const { values } = symmetricEigen(matrix, 60);
    const reference = new EigenvalueDecomposition(Matrix.from1DArray(60, 60, matrix), {
      assumeSymmetric: true,
    }).realEigenvalues.sort((a, b) => b - a);
    values.forEach((value, index) => {
      expect(value).toBeCloseTo(reference[index]!, 9);
    });
  });

  it('copes with zero, diagonal, repeated and rank-one matrices', () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...symmetricEigen([2, 0, 0, 0, 5, 0, 0, 0, 2], 3).values]).toEqual([5, 2, 2]);
    const ones = symmetricEigen(new Float64Array(16).fill(1), 4);
    expect(ones.values[0]).toBeCloseTo(4, 12);
    expect(Math.max(...[...ones.values.slice(1)].map(Math.abs))).toBeLessThan(1e-12);
    expect([...symmetricEigen([7], 1).vectors]).toEqual([1]);
  });

  it('refuses a wrong length and values that are not finite', () => {
    expect(() => symmetricEigen([1, 2, 3], 2)).toThrow(/needs 4 values, but 3/);
    expect(() => symmetricEigen([Number.NaN], 1)).toThrow(/not finite/);
  });
});
