import { EmbedLLMError, isShared } from '@embedllm/internals';

/** A dense row-major matrix of 32-bit floats: element (i, j) is `data[i * cols + j]`. */
export class Matrix {
  /** Holds between copies of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isShared(Matrix, Matrix, '@embedllm/core/Matrix', value);
  }

  /** What `instanceof` looks for. @internal */
  get '@embedllm/core/Matrix'(): true {
    return true;
  }

  readonly rows: number;
  readonly cols: number;
  /** Row-major values, `rows * cols` of them. */
  readonly data: Float32Array;

  /**
   * @param rows - Number of rows, an integer ≥ 0.
   * @param cols - Number of columns, an integer ≥ 0.
   * @param data - Values to wrap without copying; zeros when left out.
   * @throws EmbedLLMError `shape-mismatch` when `data` does not hold `rows * cols` values,
   * `invalid-argument` when it is not a Float32Array.
   */
  constructor(rows: number, cols: number, data?: Float32Array) {
    if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(cols) || rows < 0 || cols < 0) {
      throw new EmbedLLMError(`A matrix cannot have the shape [${rows}, ${cols}].`, {
        code: 'shape-mismatch',
      });
    }
    if (data !== undefined && !isFloats(data)) {
      throw new EmbedLLMError(
        'The values of a matrix must be a Float32Array. Make one with Float32Array.from(values), or a matrix of rows with Matrix.fromRows(rows).',
        { code: 'invalid-argument' },
      );
    }
    if (data && data.length !== rows * cols) {
      throw new EmbedLLMError(
        `A [${rows}, ${cols}] matrix needs ${rows * cols} values, but ${data.length} were given.`,
        { code: 'shape-mismatch' },
      );
    }
    this.rows = rows;
    this.cols = cols;
    this.data = data ?? new Float32Array(rows * cols);
  }

  /**
   * Copies rows of equal length into a matrix.
   *
   * @throws EmbedLLMError `shape-mismatch` when the rows differ in length.
   */
  static fromRows(rows: ReadonlyArray<ArrayLike<number>>): Matrix {
    const cols = rows[0]?.length ?? 0;
    const matrix = new Matrix(rows.length, cols);
    rows.forEach((row, index) => {
      if (row.length !== cols) {
        throw new EmbedLLMError(`Row ${index} has ${row.length} values where row 0 has ${cols}.`, {
          code: 'shape-mismatch',
        });
      }
      matrix.data.set(row, index * cols);
    });
    return matrix;
  }

  /** Element (row, col). No bounds check: for speed, an index out of range is the caller's error. */
  at(row: number, col: number): number {
    return this.data[row * this.cols + col]!;
  }

  /** One row as a view: writing to it writes to the matrix. No bounds check. */
  row(row: number): Float32Array {
    return this.data.subarray(row * this.cols, (row + 1) * this.cols);
  }

  /**
   * A copy of the given rows, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is not that of a row.
   */
  selectRows(indices: ArrayLike<number>): Matrix {
    const selected = new Matrix(indices.length, this.cols);
    for (let target = 0; target < indices.length; target++) {
      const source = indices[target]!;
      if (!(Number.isInteger(source) && source >= 0 && source < this.rows)) {
        throw new EmbedLLMError(`There is no row ${source} in a matrix with ${this.rows} rows.`, {
          code: 'invalid-argument',
        });
      }
      selected.data.set(this.row(source), target * this.cols);
    }
    return selected;
  }

  /**
   * A copy of the given columns, in the given order.
   *
   * @throws EmbedLLMError `invalid-argument` when an index is not that of a column.
   */
  selectColumns(indices: readonly number[]): Matrix {
    for (const index of indices) {
      if (!(Number.isInteger(index) && index >= 0 && index < this.cols)) {
        throw new EmbedLLMError(
          `There is no column ${index} in a matrix with ${this.cols} columns.`,
          { code: 'invalid-argument' },
        );
      }
    }
    const selected = new Matrix(this.rows, indices.length);
    for (let row = 0; row < this.rows; row++) {
      const source = this.row(row);
      selected.row(row).set(indices.map((column) => source[column]!));
    }
    return selected;
  }
}

/** Of any realm, as a frame or a test runner may have its own. */
function isFloats(data: unknown): boolean {
  return Object.prototype.toString.call(data) === '[object Float32Array]';
}
