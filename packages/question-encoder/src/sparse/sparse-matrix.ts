/** A sparse matrix in compressed row form: row i holds entries `rowStarts[i]` to `rowStarts[i + 1]`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  /** Length rows + 1, rising from 0 to the number of entries. */
  readonly rowStarts: Int32Array;
  /** Column of each entry. */
  readonly columns: Int32Array;
  /** Value of each entry. */
  readonly values: Float64Array;
}

/** The transpose, by a counting sort of the entries; entries of a row come out in rising order. */
export function transposeSparse(matrix: SparseMatrix): SparseMatrix {
  const { rows, cols, rowStarts, columns, values } = matrix;
  const starts = new Int32Array(cols + 1);
  for (const column of columns) starts[column + 1] = starts[column + 1]! + 1;
  for (let i = 0; i < cols; i++) starts[i + 1] = starts[i + 1]! + starts[i]!;
  const next = starts.slice(0, cols);
  const rowOf = new Int32Array(columns.length);
  const moved = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const end = rowStarts[row + 1]!;
    for (let entry = rowStarts[row]!; entry < end; entry++) {
      const column = columns[entry]!;
      const target = next[column]!;
      next[column] = target + 1;
      rowOf[target] = row;
      moved[target] = values[entry]!;
    }
  }
  return { rows: cols, cols: rows, rowStarts: starts, columns: rowOf, values: moved };
}
