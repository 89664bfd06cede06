import { PANEL, PanelMatrix } from './panel-matrix.js';

/** A local copy, so that no loop reads another module's binding even where modules stay apart. */
const WIDTH = PANEL;
/** Rows that one pass covers: two panels of 256 rows are 32 kB, a usual level-1 cache. */
const GRAM_ROWS = 256;
/** Rows that one pass covers: 64 rows of 288 columns are 147 kB, within a usual level-2 cache. */
const PRODUCT_ROWS = 64;

/**
 * `leftᵀ right`, row-major [left.cols, right.cols]. 2 n c² FLOPs for [n, c] operands; half of
 * that where the caller knows the product to be symmetric.
 *
 * Yields between panels, so that the caller can pause.
 */
export function* crossProduct(
  left: PanelMatrix,
  right: PanelMatrix,
  options: { symmetric: boolean },
): Generator<void, Float64Array, void> {
  const { symmetric } = options;
  const stride = right.panels * WIDTH;
  const sums = new Float64Array(left.panels * WIDTH * stride);
  for (let from = 0; from < left.rows; from += GRAM_ROWS) {
    const to = Math.min(from + GRAM_ROWS, left.rows);
    for (let p = 0; p < left.panels; p++) {
      for (let q = 0; q < (symmetric ? p + 1 : right.panels); q++) {
        for (let a = 0; a < WIDTH; a += 4) {
          for (let b = 0; b < WIDTH; b += 4) {
            addCrossBlock(sums, stride, left, right, p * WIDTH + a, q * WIDTH + b, from, to);
          }
        }
      }
    }
    yield;
  }
  const rows = left.cols;
  const cols = right.cols;
  const product = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const lower = symmetric && j > i ? j * stride + i : i * stride + j;
      product[i * cols + j] = sums[lower]!;
    }
  }
  return product;
}

/** Sixteen sums over a range of rows: columns `i..i+3` of left with columns `j..j+3` of right. */
function addCrossBlock(
  sums: Float64Array,
  stride: number,
  left: PanelMatrix,
  right: PanelMatrix,
  i: number,
  j: number,
  from: number,
  to: number,
): void {
  const x = left.data;
  const y = right.data;
  let a = (Math.floor(i / WIDTH) * left.rows + from) * WIDTH + (i % WIDTH);
  let b = (Math.floor(j / WIDTH) * right.rows + from) * WIDTH + (j % WIDTH);
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let row = from; row < to; row++, a += WIDTH, b += WIDTH) {
    const x0 = x[a]!;
    const x1 = x[a + 1]!;
    const x2 = x[a + 2]!;
    const x3 = x[a + 3]!;
    const y0 = y[b]!;
    const y1 = y[b + 1]!;
    const y2 = y[b + 2]!;
    const y3 = y[b + 3]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  addFour(sums, i * stride + j, s00, s01, s02, s03);
  addFour(sums, (i + 1) * stride + j, s10, s11, s12, s13);
  addFour(sums, (i + 2) * stride + j, s20, s21, s22, s23);
  addFour(sums, (i + 3) * stride + j, s30, s31, s32, s33);
}

function addFour(
  target: Float64Array,
  at: number,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  target[at] = target[at]! + a;
  target[at + 1] = target[at + 1]! + b;
  target[at + 2] = target[at + 2]! + c;
  target[at + 3] = target[at + 3]! + d;
}

/**
 * `left transform`, where `transform` is row-major [left.cols, cols]. 2 n k c FLOPs for
 * [n, k] times [k, c]; half of that where the transform is upper triangular and marked so.
 */
export function* multiplyRight(
  left: PanelMatrix,
  transform: Float64Array,
  cols: number,
  options: { upperTriangular?: boolean } = {},
): Generator<void, PanelMatrix, void> {
  const result = new PanelMatrix(left.rows, cols);
  const depth = left.cols;
  const strips = packStrips(transform, depth, cols);
  for (let from = 0; from < left.rows; from += PRODUCT_ROWS) {
    const to = Math.min(from + PRODUCT_ROWS, left.rows);
    for (let j = 0; j < cols; j += 4) {
      const end = options.upperTriangular ? Math.min(depth, j + 4) : depth;
      for (let row = from; row < to; row += 4) {
        multiplyBlock(result, left, strips, { row, rows: Math.min(4, to - row), j, depth, end });
      }
    }
    yield;
  }
  return result;
}

/** Four columns of the transform after one another, so that the inner loop reads one run. */
function packStrips(transform: Float64Array, depth: number, cols: number): Float64Array {
  const strips = new Float64Array(Math.ceil(cols / 4) * depth * 4);
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < cols; j++) {
      strips[(Math.floor(j / 4) * depth + k) * 4 + (j % 4)] = transform[k * cols + j]!;
    }
  }
  return strips;
}

interface Block {
  readonly row: number;
  readonly rows: number;
  readonly j: number;
  readonly depth: number;
  readonly end: number;
}

/** Up to four rows by four columns of the product. */
function multiplyBlock(
  result: PanelMatrix,
  left: PanelMatrix,
  strips: Float64Array,
  { row, rows, j, depth, end }: Block,
): void {
  const x = left.data;
  // Rows past the end repeat the last one and are not written.
  const step1 = rows > 1 ? WIDTH : 0;
  const step2 = rows > 2 ? 2 * WIDTH : step1;
  const step3 = rows > 3 ? 3 * WIDTH : step2;
  const panelSize = left.rows * WIDTH;
  let strip = (j / 4) * depth * 4;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let panel = row * WIDTH, k = 0; k < end; panel += panelSize) {
    const last = Math.min(k + WIDTH, end);
    for (let a = panel; k < last; k++, a++, strip += 4) {
      const x0 = x[a]!;
      const x1 = x[a + step1]!;
      const x2 = x[a + step2]!;
      const x3 = x[a + step3]!;
      const y0 = strips[strip]!;
      const y1 = strips[strip + 1]!;
      const y2 = strips[strip + 2]!;
      const y3 = strips[strip + 3]!;
      s00 += x0 * y0;
      s01 += x0 * y1;
      s02 += x0 * y2;
      s03 += x0 * y3;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s12 += x1 * y2;
      s13 += x1 * y3;
      s20 += x2 * y0;
      s21 += x2 * y1;
      s22 += x2 * y2;
      s23 += x2 * y3;
      s30 += x3 * y0;
      s31 += x3 * y1;
      s32 += x3 * y2;
      s33 += x3 * y3;
    }
  }
  const out = result.data;
  const at = (Math.floor(j / WIDTH) * result.rows + row) * WIDTH + (j % WIDTH);
  addFour(out, at, s00, s01, s02, s03);
  if (rows > 1) addFour(out, at + WIDTH, s10, s11, s12, s13);
  if (rows > 2) addFour(out, at + 2 * WIDTH, s20, s21, s22, s23);
  if (rows > 3) addFour(out, at + 3 * WIDTH, s30, s31, s32, s33);
}
