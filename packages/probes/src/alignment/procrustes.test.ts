import { EmbedLLMError, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { procrustes } from './procrustes.js';
import { singularDecomposition } from './singular-values.js';

function gaussian(seed: number, rows: number, cols: number): Matrix {
  const random = new Random(seed);
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

/** Rotates by an angle in each pair of columns, mirrors the first, scales and shifts. */
function transformed(vectors: Matrix, scale: number): Matrix {
  const moved = new Matrix(vectors.rows, vectors.cols, vectors.data.slice());
  for (let row = 0; row < moved.rows; row++) {
    const values = moved.row(row);
    values[0] = -values[0]!;
    for (let k = 0; k + 1 < values.length; k++) {
      const [x, y] = [values[k]!, values[k + 1]!];
      const angle = 0.4 + k;
      values[k] = Math.cos(angle) * x - Math.sin(angle) * y;
      values[k + 1] = Math.sin(angle) * x + Math.cos(angle) * y;
    }
    values.forEach((value, k) => {
      values[k] = scale * value + k - 1;
    });
  }
  return moved;
}

const size = [fc.nat(), fc.integer({ min: 4, max: 12 }), fc.integer({ min: 1, max: 6 })] as const;

describe('singularDecomposition', () => {
  it('gives the matrix back from orthonormal factors, of any rank', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 7 }), fc.nat(7), (seed, n, rank) => {
        const a = gaussian(seed, n, n);
        const b = gaussian(seed + 1, n, n);
        const matrix = new Float64Array(n * n);
        for (let k = 0; k < Math.min(rank, n); k++) {
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) matrix[i * n + j]! += a.at(i, k) * b.at(j, k);
          }
        }
        const { values, left, right } = singularDecomposition(matrix, n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [product, leftDot, rightDot] = [0, 0, 0];
            for (let k = 0; k < n; k++) {
              product += values[k]! * left[k * n + i]! * right[k * n + j]!;
              leftDot += left[i * n + k]! * left[j * n + k]!;
              rightDot += right[i * n + k]! * right[j * n + k]!;
            }
            expect(product).toBeCloseTo(matrix[i * n + j]!, 9);
            expect(leftDot).toBeCloseTo(i === j ? 1 : 0, 9);
            expect(rightDot).toBeCloseTo(i === j ? 1 : 0, 9);
          }
        }
      }),
    );
  });
});

describe('procrustes', () => {
  it('undoes rotation, reflection, shift and scale', () => {
    fc.assert(
      fc.property(...size, (seed, n, d) => {
        const target = gaussian(seed, n, d);
        const fit = procrustes({ target, moved: transformed(target, 2.5) });
        expect(fit.disparity).toBeLessThan(1e-5);
        expect(fit.scale).toBeCloseTo(1 / 2.5, 4);
        fit.aligned.data.forEach((value, i) => {
          expect(value).toBeCloseTo(target.data[i]!, 3);
        });
      }),
    );
  });

  it('keeps the scale where it is told to', () => {
    const target = gaussian(3, 10, 3);
    const fit = procrustes({ target, moved: transformed(target, 2), scaling: false });
    // What twice the size is off by: the spread of the target itself.
    expect(fit.scale).toBe(1);
    expect(fit.disparity).toBeCloseTo(1, 4);
  });

  it('says what remains', () => {
    fc.assert(
      fc.property(...size, fc.integer({ min: 1, max: 6 }), (seed, n, d, e) => {
        const target = gaussian(seed, n, d);
        const moved = gaussian(seed + 1, n, e);
        const { disparity, aligned } = procrustes({ target, moved });
        let [remaining, spread] = [0, 0];
        for (let k = 0; k < aligned.cols; k++) {
          const column = Array.from({ length: n }, (_, i) => (k < d ? target.at(i, k) : 0));
          const mean = column.reduce((sum, value) => sum + value, 0) / n;
          column.forEach((value, i) => {
            remaining += (value - aligned.at(i, k)) ** 2;
            spread += (value - mean) ** 2;
          });
        }
        expect(disparity).toBeCloseTo(remaining / spread, 4);
        // Whichever of the two is moved.
        expect(procrustes({ target: moved, moved: target }).disparity).toBeCloseTo(disparity, 4);
      }),
    );
  });

  it('refuses what cannot be aligned', () => {
    const target = gaussian(1, 4, 2);
    expect(() => procrustes({ target, moved: gaussian(1, 5, 2) })).toThrow(EmbedLLMError);
    expect(() => procrustes({ target, moved: new Matrix(4, 2) })).toThrow(/same for every model/);
  });
});
