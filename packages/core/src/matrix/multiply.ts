import { EmbedLLMError } from '@embedllm/internals';
import { Matrix } from './matrix.js';

/**
 * Columns of the shared dimension that one pass covers: four rows of each operand then take
 * 8 x 512 x 4 bytes = 16 kB, half of a usual level-1 cache.
 */
const DEPTH_TILE = 512;
/** Rows of `b` that one pass covers: 128 x 512 x 4 bytes = 256 kB, a usual level-2 cache. */
const ROW_TILE = 128;

/**
 * The product `a bᵀ`, cache-blocked, with 4 x 4 sums held in registers.
 *
 * Costs 2 N M K FLOPs for shapes [N, K] and [M, K]. Both operands are read along their rows, so
 * that neither needs transposing: questions x dimensions times models x dimensions.
 *
 * @param a - Shape [N, K].
 * @param b - Shape [M, K].
 * @param bias - Added to every row of the result, length M; zeros when left out.
 * @returns shape [N, M].
 * @throws EmbedLLMError `shape-mismatch` when K or the bias length differ.
 */
export function multiplyTransposed(a: Matrix, b: Matrix, bias?: ArrayLike<number>): Matrix {
  if (a.cols !== b.cols) {
    throw new EmbedLLMError(
      `Cannot multiply [${a.rows}, ${a.cols}] by the transpose of [${b.rows}, ${b.cols}]: the column counts differ.`,
      { code: 'shape-mismatch' },
    );
  }
  if (bias && bias.length !== b.rows) {
    throw new EmbedLLMError(
      `The bias has ${bias.length} values, but the result has ${b.rows} columns.`,
      { code: 'shape-mismatch' },
    );
  }
  const result = new Matrix(a.rows, b.rows);
  if (bias) for (let row = 0; row < a.rows; row++) result.row(row).set(bias);
  for (let depth = 0; depth < a.cols; depth += DEPTH_TILE) {
    const depthEnd = Math.min(depth + DEPTH_TILE, a.cols);
    for (let tile = 0; tile < b.rows; tile += ROW_TILE) {
      const tileEnd = Math.min(tile + ROW_TILE, b.rows);
      for (let row = 0; row < a.rows; row += 4) {
        addStrip(result, a, b, { row, tile, tileEnd, depth, depthEnd });
      }
    }
  }
  return result;
}

interface Strip {
  readonly row: number;
  readonly tile: number;
  readonly tileEnd: number;
  readonly depth: number;
  readonly depthEnd: number;
}

/** Adds up to four rows of `a` times the rows `tile..tileEnd` of `b` over one range of depth. */
function addStrip(result: Matrix, a: Matrix, b: Matrix, strip: Strip): void {
  const { row, tile, tileEnd, depth, depthEnd } = strip;
  const rows = Math.min(4, a.rows - row);
  let col = tile;
  if (rows === 4) {
    for (; col + 4 <= tileEnd; col += 4) addBlock(result, a, b, row, col, depth, depthEnd);
  }
  // Fewer than four rows, such as the single question of a router: four columns at a time.
  for (; col + 4 <= tileEnd; col += 4) {
    for (let offset = 0; offset < rows; offset++) {
      addRowBlock(result, a, b, row + offset, col, depth, depthEnd);
    }
  }
  for (; col < tileEnd; col++) {
    for (let offset = 0; offset < rows; offset++) {
      addDot(result, a, b, row + offset, col, depth, depthEnd);
    }
  }
}

function addDot(
  result: Matrix,
  a: Matrix,
  b: Matrix,
  row: number,
  col: number,
  depth: number,
  depthEnd: number,
): void {
  const left = a.data;
  const right = b.data;
  let i = row * a.cols + depth;
  let j = col * b.cols + depth;
  let sum = 0;
  for (const end = row * a.cols + depthEnd; i < end; i++, j++) {
    sum += left[i]! * right[j]!;
  }
  const target = row * result.cols + col;
  result.data[target] = result.data[target]! + sum;
}

/**
 * Four dot products of one row at once: four independent sums keep the adder busy, where a single
 * sum waits for itself. Each sum adds in the same order as `addBlock`, so results are identical.
 */
function addRowBlock(
  result: Matrix,
  a: Matrix,
  b: Matrix,
  row: number,
  col: number,
  depth: number,
  depthEnd: number,
): void {
  const left = a.data;
  const right = b.data;
  const width = a.cols;
  let i = row * width + depth;
  let j = col * width + depth;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (const end = row * width + depthEnd; i < end; i++, j++) {
    const value = left[i]!;
    s0 += value * right[j]!;
    s1 += value * right[j + width]!;
    s2 += value * right[j + 2 * width]!;
    s3 += value * right[j + 3 * width]!;
  }
  const out = result.data;
  const target = row * result.cols + col;
  out[target] = out[target]! + s0;
  out[target + 1] = out[target + 1]! + s1;
  out[target + 2] = out[target + 2]! + s2;
  out[target + 3] = out[target + 3]! + s3;
}

/** Sixteen dot products at once: each value loaded takes part in four of them. */
function addBlock(
  result: Matrix,
  a: Matrix,
  b: Matrix,
  row: number,
  col: number,
  depth: number,
  depthEnd: number,
): void {
  const left = a.data;
  const right = b.data;
  const width = a.cols;
  let i0 = row * width + depth;
  let j0 = col * width + depth;
  const end = row * width + depthEnd;
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
  for (; i0 < end; i0++, j0++) {
    const a0 = left[i0]!;
    const a1 = left[i0 + width]!;
    const a2 = left[i0 + 2 * width]!;
    const a3 = left[i0 + 3 * width]!;
    const b0 = right[j0]!;
    const b1 = right[j0 + width]!;
    const b2 = right[j0 + 2 * width]!;
    const b3 = right[j0 + 3 * width]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  const out = result.data;
  const stride = result.cols;
  let t = row * stride + col;
  out[t] = out[t]! + s00;
  out[t + 1] = out[t + 1]! + s01;
  out[t + 2] = out[t + 2]! + s02;
  out[t + 3] = out[t + 3]! + s03;
  t += stride;
  out[t] = out[t]! + s10;
  out[t + 1] = out[t + 1]! + s11;
  out[t + 2] = out[t + 2]! + s12;
  out[t + 3] = out[t + 3]! + s13;
  t += stride;
  out[t] = out[t]! + s20;
  out[t + 1] = out[t + 1]! + s21;
  out[t + 2] = out[t + 2]! + s22;
  out[t + 3] = out[t + 3]! + s23;
  t += stride;
  out[t] = out[t]! + s30;
  out[t + 1] = out[t + 1]! + s31;
  out[t + 2] = out[t + 2]! + s32;
  out[t + 3] = out[t + 3]! + s33;
}
