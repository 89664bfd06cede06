import type { SparseMatrix } from '../sparse/sparse-matrix.js';

/** Columns of a panel: eight doubles are one cache line, so a gathered row is one memory access. */
export const PANEL = 8;

/**
 * A tall dense matrix of doubles kept as panels of eight columns, each row-major [rows, 8].
 * Element (i, c) is `data[(floor(c / 8) * rows + i) * 8 + c % 8]`; columns from `cols` up to the
 * next multiple of eight are zero.
 */
export class PanelMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly panels: number;
  readonly data: Float64Array;

  constructor(rows: number, cols: number) {
    this.rows = rows;
    this.cols = cols;
    this.panels = Math.ceil(cols / PANEL);
    this.data = new Float64Array(rows * this.panels * PANEL);
  }

  at(row: number, col: number): number {
    return this.data[this.#index(row, col)]!;
  }

  set(row: number, col: number, value: number): void {
    this.data[this.#index(row, col)] = value;
  }

  #index(row: number, col: number): number {
    return (Math.floor(col / PANEL) * this.rows + row) * PANEL + (col % PANEL);
  }
}

/**
 * One panel of a sparse times a dense matrix: 2 x entries x 8 FLOPs. Eight sums stay in registers,
 * and each entry of the sparse matrix is read once.
 */
export function multiplySparsePanel(
  sparse: SparseMatrix,
  dense: PanelMatrix,
  result: PanelMatrix,
  panel: number,
): void {
  const { rowStarts, columns, values, rows } = sparse;
  const source = dense.data;
  const target = result.data;
  const base = panel * dense.rows * PANEL;
  let out = panel * rows * PANEL;
  let entry = 0;
  for (let row = 0; row < rows; row++, out += PANEL) {
    const end = rowStarts[row + 1]!;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (; entry < end; entry++) {
      const value = values[entry]!;
      const at = base + columns[entry]! * PANEL;
      s0 += value * source[at]!;
      s1 += value * source[at + 1]!;
      s2 += value * source[at + 2]!;
      s3 += value * source[at + 3]!;
      s4 += value * source[at + 4]!;
      s5 += value * source[at + 5]!;
      s6 += value * source[at + 6]!;
      s7 += value * source[at + 7]!;
    }
    target[out] = s0;
    target[out + 1] = s1;
    target[out + 2] = s2;
    target[out + 3] = s3;
    target[out + 4] = s4;
    target[out + 5] = s5;
    target[out + 6] = s6;
    target[out + 7] = s7;
  }
}
