import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { tridiagonalize } from './tridiagonalize.js';

describe('tridiagonalize', () => {
  it('gives an orthogonal basis in which the matrix has three diagonals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(1e6), (size, seed) => {
        const random = new Random(seed);
        const matrix = new Float64Array(size * size);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) {
            const value = random.normal();
            matrix[i * size + j] = value;
            matrix[j * size + i] = value;
          }
        }
        const { diagonal, offDiagonal, basis } = tridiagonalize(matrix, size);
        expect(offDiagonal[size - 1]).toBe(0);
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < size; b++) {
            let inner = 0;
            let product = 0;
            for (let i = 0; i < size; i++) {
              inner += basis[a * size + i]! * basis[b * size + i]!;
              for (let j = 0; j < size; j++) {
                product += basis[a * size + i]! * matrix[i * size + j]! * basis[b * size + j]!;
              }
            }
            const distance = Math.abs(a - b);
            const expected =
              distance === 0 ? diagonal[a]! : distance === 1 ? offDiagonal[Math.min(a, b)]! : 0;
            expect(inner).toBeCloseTo(a === b ? 1 : 0, 10);
            expect(product).toBeCloseTo(expected, 9);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes a large matrix of low rank, whose rounding shrinks until its squares underflow', () => {
    const size = 640;
    const random = new Random(1);
    const matrix = new Float64Array(size * size);
    for (let row = 0; row < 12; row++) {
      const values = Float64Array.from({ length: size }, () =>
        random.uniform() < 0.02 ? random.normal() : 0,
      );
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          matrix[i * size + j] = matrix[i * size + j]! + values[i]! * values[j]!;
        }
      }
    }
    const { diagonal, offDiagonal, basis } = tridiagonalize(matrix, size);
    for (const values of [diagonal, offDiagonal, basis]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    const trace = diagonal.reduce((sum, value) => sum + value, 0);
    expect(trace).toBeCloseTo(
      Array.from(diagonal.keys(), (i) => matrix[i * size + i]!).reduce((a, b) => a + b),
      9,
    );
  });

  it('refuses a wrong length and values that are not finite', () => {
    expect(() => tridiagonalize([1, 2, 3], 2)).toThrow(/needs 4 values, but 3/);
    expect(() => tridiagonalize([Number.POSITIVE_INFINITY], 1)).toThrow(/not finite/);
  });
});
