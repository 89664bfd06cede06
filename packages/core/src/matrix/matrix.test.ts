import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertFinite } from './assert-finite.js';
import { Matrix } from './matrix.js';

const shapeMismatch = expect.objectContaining({ code: 'shape-mismatch' });
const invalid = expect.objectContaining({ code: 'invalid-argument' });

describe('Matrix', () => {
  it('starts as zeros', () => {
    expect(new Matrix(2, 3).data).toEqual(new Float32Array(6));
    expect(new Matrix(0, 3).data).toHaveLength(0);
    expect(new Matrix(3, 0).data).toHaveLength(0);
  });

  it('wraps values without copying', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const matrix = new Matrix(2, 3, data);
    expect(matrix.data).toBe(data);
    expect(matrix.at(1, 0)).toBe(4);
    matrix.row(1)[2] = 9;
    expect(data[5]).toBe(9);
  });

  it('gives back the rows that it was made from', () => {
    const rows = fc
      .integer({ min: 0, max: 6 })
      .chain((cols) =>
        fc.array(fc.array(fc.float({ noNaN: true }), { minLength: cols, maxLength: cols })),
      );
    fc.assert(
      fc.property(rows, (values) => {
        const matrix = Matrix.fromRows(values);
        expect(matrix.rows).toBe(values.length);
        expect(values.map((_, row) => [...matrix.row(row)])).toEqual(values);
        values.forEach((row, i) => {
          row.forEach((value, j) => {
            expect(matrix.at(i, j)).toBe(value);
          });
        });
      }),
    );
  });

  it('copies selected rows in the order asked for', () => {
    const matrix = Matrix.fromRows([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const selected = matrix.selectRows([2, 0, 2]);
    expect(selected).toEqual(
      Matrix.fromRows([
        [5, 6],
        [1, 2],
        [5, 6],
      ]),
    );
    selected.row(0)[0] = 7;
    expect(matrix.at(2, 0)).toBe(5);
    expect(matrix.selectRows([])).toEqual(new Matrix(0, 2));
    expect(matrix.selectRows(Uint8Array.of(1))).toEqual(Matrix.fromRows([[3, 4]]));
  });

  it('copies selected columns in the order asked for', () => {
    const matrix = Matrix.fromRows([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const selected = matrix.selectColumns([2, 0, 2]);
    expect(selected).toEqual(
      Matrix.fromRows([
        [3, 1, 3],
        [6, 4, 6],
      ]),
    );
    selected.row(0)[0] = 7;
    expect(matrix.at(0, 2)).toBe(3);
    expect(matrix.selectColumns([])).toEqual(new Matrix(2, 0));
  });

  it.each([[3], [-1], [0.5], [Number.NaN]])('refuses the column index %s', (index) => {
    expect(() => new Matrix(2, 3).selectColumns([index])).toThrow(invalid);
  });

  it.each([[3], [-1], [0.5], [Number.NaN]])('refuses the row index %s', (index) => {
    expect(() => new Matrix(3, 2).selectRows([index])).toThrow(invalid);
  });

  it.each([
    [-1, 2],
    [2, 1.5],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses the shape [%s, %s]', (rows, cols) => {
    expect(() => new Matrix(rows, cols)).toThrow(shapeMismatch);
  });

  it('refuses values and rows that do not fit', () => {
    expect(() => new Matrix(2, 2, new Float32Array(3))).toThrow(/needs 4 values, but 3/);
    for (const values of [[1, 2, 3, 4], new Float64Array(4), null]) {
      const given: unknown = values;
      expect(() => new Matrix(2, 2, given as Float32Array)).toThrow(/must be a Float32Array/);
    }
    expect(() => Matrix.fromRows([[1, 2], [3]])).toThrow(/Row 1 has 1 values where row 0 has 2/);
    expect(() => Matrix.fromRows([[1, 2], [3]])).toThrow(shapeMismatch);
  });
});

describe('assertFinite', () => {
  it('names the first value that is not finite', () => {
    const matrix = new Matrix(2, 3);
    expect(() => assertFinite(matrix, 'embeddings')).not.toThrow();
    matrix.data.set([Number.MAX_VALUE], 5);
    expect(() => assertFinite(matrix, 'embeddings')).toThrow(
      'The embeddings have Infinity at row 1, column 2. All values must be finite.',
    );
    matrix.data[4] = Number.NaN;
    expect(() => assertFinite(matrix, 'embeddings')).toThrow(/NaN at row 1, column 1/);
    matrix.data[4] = Number.NEGATIVE_INFINITY;
    expect(() => assertFinite(matrix, 'embeddings')).toThrow(
      expect.objectContaining({ code: 'not-finite' }),
    );
  });

  it('takes the largest and smallest finite values', () => {
    const extremes = Float32Array.of(3.4028234e38, -3.4028234e38, 1e-45, -0);
    expect(() => assertFinite(new Matrix(1, 4, extremes), 'values')).not.toThrow();
    expect(() => assertFinite(new Matrix(0, 0), 'values')).not.toThrow();
  });
});
