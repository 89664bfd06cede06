import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { cholesky, choleskySolve } from './cholesky.js';

describe('cholesky', () => {
  it('solves positive definite systems', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 1e6 }),
        (size, seed) => {
          const random = new Random(seed);
          const root = Float64Array.from({ length: size * size }, () => random.normal());
          const matrix = new Float64Array(size * size);
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
              for (let k = 0; k < size; k++) {
                matrix[i * size + j]! += root[i * size + k]! * root[j * size + k]!;
              }
            }
            matrix[i * size + i]! += 1;
          }
          const right = Float64Array.from({ length: size }, () => random.normal());
          const x = choleskySolve(cholesky(matrix, size), right);
          for (let i = 0; i < size; i++) {
            let sum = 0;
            for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * x[j]!;
            expect(sum).toBeCloseTo(right[i]!, 8);
          }
        },
      ),
    );
  });

  it('names the pivot of a matrix that is not positive definite', () => {
    expect(() => cholesky([1, 2, 2, 1], 2)).toThrow(/pivot 1 is -3/);
    expect(() => cholesky([Number.NaN], 1)).toThrow(/pivot 0/);
    expect(() => cholesky([1, 2, 3], 2)).toThrow(/needs 4 values/);
    expect(() => choleskySolve(new Float64Array(4), [1, 2, 3])).toThrow(/does not match/);
  });
});
