import { Random } from '@embedllm/core';
import fc from 'fast-check';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { type SparseMatrix, transposeSparse } from '../sparse/sparse-matrix.js';
import { orthonormalize } from './orthonormalize.js';
import { PanelMatrix } from './panel-matrix.js';
import { crossProduct, multiplyRight } from './panel-products.js';
import { type RandomizedSvdOptions, randomizedSvd } from './randomized-svd.js';

function finish<T>(work: Generator<unknown, T, void>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

function randomSparse(rows: number, cols: number, density: number, seed: number): SparseMatrix {
  const random = new Random(seed);
  const rowStarts = new Int32Array(rows + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (random.uniform() >= density) continue;
      columns.push(col);
      values.push(random.normal());
    }
    rowStarts[row + 1] = columns.length;
  }
  return {
    rows,
    cols,
    rowStarts,
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function toDense({ rows, cols, rowStarts, columns, values }: SparseMatrix): Matrix {
  const dense = Matrix.zeros(rows, cols);
  for (let row = 0; row < rows; row++) {
    for (let e = rowStarts[row]!; e < rowStarts[row + 1]!; e++) {
      dense.set(row, columns[e]!, values[e]!);
    }
  }
  return dense;
}

function fromDense(dense: Matrix): PanelMatrix {
  const panels = new PanelMatrix(dense.rows, dense.columns);
  for (let i = 0; i < dense.rows; i++) {
    for (let j = 0; j < dense.columns; j++) panels.set(i, j, dense.get(i, j));
  }
  return panels;
}

function panelsToDense(panels: PanelMatrix): Matrix {
  const dense = Matrix.zeros(panels.rows, panels.cols);
  for (let i = 0; i < panels.rows; i++) {
    for (let j = 0; j < panels.cols; j++) dense.set(i, j, panels.at(i, j));
  }
  return dense;
}

function randomDense(rows: number, cols: number, seed: number): Matrix {
  const random = new Random(seed);
  return new Matrix(
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.normal())),
  );
}

function expectClose(actual: Matrix, expected: Matrix, tolerance: number): void {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns]);
  const largest = Matrix.sub(actual, expected).abs().max();
  expect(largest).toBeLessThan(tolerance);
}

function svd(matrix: SparseMatrix, options: Partial<RandomizedSvdOptions> = {}) {
  return finish(
    randomizedSvd(matrix, { rank: 5, oversampling: 8, powerIterations: 20, seed: 0, ...options }),
  );
}

describe('panel products', () => {
  it('equal plain matrix products for any shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 19 }),
        fc.nat(),
        (n, k, c, seed) => {
          const x = randomDense(n, k, seed);
          const y = randomDense(n, c, seed + 1);
          const w = randomDense(k, c, seed + 2);
          const cross = finish(crossProduct(fromDense(x), fromDense(y), { symmetric: false }));
          expectClose(Matrix.from1DArray(k, c, cross), x.transpose().mmul(y), 1e-10);
          const gram = finish(crossProduct(fromDense(x), fromDense(x), { symmetric: true }));
          expectClose(Matrix.from1DArray(k, k, gram), x.transpose().mmul(x), 1e-10);
          const transform = Float64Array.from(w.to1DArray());
          const product = finish(multiplyRight(fromDense(x), transform, c));
          expectClose(panelsToDense(product), x.mmul(w), 1e-10);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('orthonormalize', () => {
  const gramOf = (basis: PanelMatrix): Matrix =>
    panelsToDense(basis).transpose().mmul(panelsToDense(basis));

  it('gives orthonormal columns of the same span', () => {
    const columns = randomDense(90, 13, 1);
    const basis = finish(orthonormalize(fromDense(columns)));
    expectClose(gramOf(basis), Matrix.eye(13), 1e-12);
    const q = panelsToDense(basis);
    expectClose(q.mmul(q.transpose().mmul(columns)), columns, 1e-11);
  });

  it('leaves out dependent and zero columns', () => {
    const columns = randomDense(50, 9, 2);
    columns.setColumn(3, Matrix.add(columns.getColumnVector(0), columns.getColumnVector(1)));
    columns.setColumn(6, Matrix.zeros(50, 1));
    const basis = finish(orthonormalize(fromDense(columns)));
    expect(basis.cols).toBe(7);
    expectClose(gramOf(basis), Matrix.eye(7), 1e-12);
  });

  it('gives no column for a zero matrix', () => {
    expect(finish(orthonormalize(new PanelMatrix(4, 3))).cols).toBe(0);
  });
});

describe('randomizedSvd', () => {
  it.each([
    [60, 40],
    [40, 60],
  ])('agrees with ml-matrix on a sparse %i x %i matrix', (rows, cols) => {
    const matrix = randomSparse(rows, cols, 0.2, 7);
    const { singularValues, right } = svd(matrix);
    const dense = toDense(matrix);
    const exact = new SingularValueDecomposition(dense, { autoTranspose: true });
    singularValues.forEach((value, index) => {
      expect(value).toBeCloseTo(exact.diagonal[index]!, 6);
    });
    const v = panelsToDense(right);
    expectClose(v.transpose().mmul(v), Matrix.eye(5), 1e-6);
    // Each pair satisfies AᵀA v = s² v, which vectors of any other subspace would not.
    const image = dense.transpose().mmul(dense.mmul(v));
    expectClose(image, v.mmul(Matrix.diag(Array.from(singularValues, (s) => s * s))), 2e-2);
  });

  it('is exact where the sample covers the shorter side', () => {
    const matrix = randomSparse(9, 30, 0.4, 3);
    const { singularValues, right } = svd(matrix, { rank: 9, powerIterations: 1 });
    const exact = new SingularValueDecomposition(toDense(matrix), { autoTranspose: true });
    expect(singularValues.length).toBe(9);
    singularValues.forEach((value, index) => {
      expect(value).toBeCloseTo(exact.diagonal[index]!, 10);
    });
    const v = panelsToDense(right);
    expectClose(
      v.mmul(v.transpose().mmul(toDense(matrix).transpose())),
      toDense(matrix).transpose(),
      1e-10,
    );
  });

  it('gives as many triplets as the rank', () => {
    const one: SparseMatrix = {
      rows: 50,
      cols: 40,
      rowStarts: Int32Array.from({ length: 51 }, (_, row) => row),
      columns: Int32Array.from({ length: 50 }, (_, row) => row % 3),
      values: new Float64Array(50).fill(1),
    };
    const { singularValues, right } = svd(one);
    expect(Array.from(singularValues, (s) => Math.round(s * s))).toEqual([17, 17, 16]);
    expect(right.cols).toBe(3);
  });

  it('makes the entry of largest magnitude of each vector positive', () => {
    const { right } = svd(randomSparse(50, 40, 0.2, 11));
    for (const column of panelsToDense(right).transpose().to2DArray()) {
      const largest = column.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(largest).toBeGreaterThan(0);
    }
  });

  it('repeats bit for bit from the same seed, and differs for another', () => {
    const matrix = randomSparse(120, 80, 0.1, 5);
    const options = { powerIterations: 2 };
    const first = svd(matrix, options);
    expect(svd(matrix, options).right.data).toEqual(first.right.data);
    expect(svd(matrix, { ...options, seed: 1 }).right.data).not.toEqual(first.right.data);
  });
});

describe('transposeSparse', () => {
  it('turns twice into itself and equals the dense transpose', () => {
    const matrix = randomSparse(13, 21, 0.3, 9);
    const transposed = transposeSparse(matrix);
    expectClose(toDense(transposed), toDense(matrix).transpose(), 1e-15);
    expect(transposeSparse(transposed)).toEqual(matrix);
  });
});
