import { Matrix, multiplyTransposed, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowProduct } from './row-product.js';

const random = new Random(7);
const gaussian = (rows: number, cols: number): Matrix =>
  new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );

const size = fc.record({
  N: fc.integer({ min: 0, max: 140 }),
  M: fc.integer({ min: 1, max: 40 }),
  K: fc.integer({ min: 1, max: 40 }),
});

describe('RowProduct', () => {
  it('runs on vector instructions here', () => {
    expect(new RowProduct(gaussian(3, 4), new Float32Array(3)).isVectorized).toBe(true);
    expect(new RowProduct(gaussian(3, 4), new Float32Array(3), false).isVectorized).toBe(false);
  });

  it('agrees with plain JavaScript to rounding', () => {
    fc.assert(
      fc.property(size, ({ N, M, K }) => {
        const [a, b, bias] = [gaussian(N, K), gaussian(M, K), gaussian(1, M).data];
        const fast = new RowProduct(b, bias).multiply(a);
        const slow = multiplyTransposed(a, b, bias);
        expect([fast.rows, fast.cols]).toEqual([N, M]);
        const differences = fast.data.map((value, index) => Math.abs(value - slow.data[index]!));
        expect(differences.every((difference) => difference < 2e-5)).toBe(true);
      }),
    );
  });

  it('gives a row the same bits alone and in a batch', () => {
    fc.assert(
      fc.property(size, ({ N, M, K }) => {
        const a = gaussian(N, K);
        const product = new RowProduct(gaussian(M, K), gaussian(1, M).data);
        const batch = product.multiply(a);
        for (let row = 0; row < N; row += 3) {
          const alone = product.multiply(a.selectRows([row]));
          expect([...alone.data]).toEqual([...batch.row(row)]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('uses a row that was replaced', () => {
    for (const useSimd of [true, false]) {
      const product = new RowProduct(gaussian(5, 3), new Float32Array(5), useSimd);
      product.setRow(4, [1, 2, 3], 0.5);
      expect(product.multiply(Matrix.fromRows([[1, 1, 1]])).at(0, 4)).toBe(6.5);
    }
  });
});
