import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { Matrix } from './matrix.js';
import { multiplyTransposed } from './multiply.js';

function gaussian(random: Random, rows: number, cols: number): Matrix {
  const values = Float32Array.from({ length: rows * cols }, () => random.normal());
  return new Matrix(rows, cols, values);
}

describe('multiplyTransposed', () => {
  // Depths around the tile of 512, and row counts on both sides of the blocks of four.
  const shape = fc.record({
    seed: fc.nat(),
    n: fc.integer({ min: 0, max: 9 }),
    m: fc.integer({ min: 0, max: 140 }),
    k: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 510, max: 515 })),
  });

  it('equals the sums written out', () => {
    fc.assert(
      fc.property(shape, ({ seed, n, m, k }) => {
        const random = new Random(seed);
        const a = gaussian(random, n, k);
        const b = gaussian(random, m, k);
        const bias = gaussian(random, 1, m).data;
        const product = multiplyTransposed(a, b, bias);
        expect([product.rows, product.cols]).toEqual([n, m]);
        for (let row = 0; row < n; row++) {
          for (let col = 0; col < m; col++) {
            let sum = bias[col]!;
            for (let j = 0; j < k; j++) sum += a.at(row, j) * b.at(col, j);
            const error = Math.abs(product.at(row, col) - sum);
            if (error > 1e-4) expect.fail(`(${row}, ${col}) is off by ${error}`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('gives a row the same bits alone as among others', () => {
    fc.assert(
      fc.property(shape, ({ seed, n, m, k }) => {
        const random = new Random(seed);
        const a = gaussian(random, n, k);
        const b = gaussian(random, m, k);
        const together = multiplyTransposed(a, b);
        for (let row = 0; row < n; row++) {
          const alone = multiplyTransposed(a.selectRows([row]), b);
          expect(alone.data).toEqual(together.row(row));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuses operands and biases that do not fit', () => {
    const fails = expect.objectContaining({ code: 'shape-mismatch' });
    expect(() => multiplyTransposed(new Matrix(2, 3), new Matrix(2, 4))).toThrow(fails);
    expect(() => multiplyTransposed(new Matrix(2, 3), new Matrix(2, 3), [1])).toThrow(fails);
  });
});
