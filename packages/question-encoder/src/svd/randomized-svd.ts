import { Random } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';
import { type SparseMatrix, transposeSparse } from '../sparse/sparse-matrix.js';
import { orthonormalize } from './orthonormalize.js';
import { multiplySparsePanel, PanelMatrix } from './panel-matrix.js';
import { crossProduct, multiplyRight } from './panel-products.js';

export interface RandomizedSvdOptions {
  /** Singular triplets wanted, k ≥ 1; fewer come back where the matrix has lower rank. */
  readonly rank: number;
  /** Extra random directions, which make the last triplets accurate. */
  readonly oversampling: number;
  /** Times that the random directions are multiplied by A Aᵀ, ≥ 1. */
  readonly powerIterations: number;
  /** Seed of the random directions, a 32-bit unsigned integer. */
  readonly seed: number;
}

/** The leading part of `A = U diag(s) Vᵀ`. */
export interface TruncatedSvd {
  /** s, from largest to smallest, length k. */
  readonly singularValues: Float64Array;
  /** V, [A.cols, k], orthonormal columns; the entry of largest magnitude of each is positive. */
  readonly right: PanelMatrix;
}

/** Triplets whose squared singular value is a smaller share of the largest are rounding errors. */
const NULL_SHARE = 1e-11;

/**
 * Leading right singular vectors of a sparse matrix by randomized subspace iteration
 * (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
 * algorithms 4.4 and 5.3), run on the shorter side of the matrix so that no dense block taller
 * than that is ever orthonormalised.
 *
 * With e entries, n the shorter side, l = rank + oversampling and q power iterations, the cost is
 * 4 e l (q + 1) + 2 n l² (q + 2) + 9 l³ FLOPs. Where l reaches n, the result is exact.
 *
 * Yields the share done, from 0 to 1.
 */
export function* randomizedSvd(
  matrix: SparseMatrix,
  options: RandomizedSvdOptions,
): Generator<number, TruncatedSvd, void> {
  const { rank, oversampling, powerIterations, seed } = options;
  const flipped = matrix.rows > matrix.cols;
  const transposed = transposeSparse(matrix);
  // Transposing back sorts the entries of each row: gathering in rising order is 1.4 times as fast.
  const sorted = transposeSparse(transposed);
  // `wide` has the shorter side as its rows; `tall` is its transpose.
  const wide = flipped ? transposed : sorted;
  const tall = flipped ? sorted : transposed;
  const sample = Math.min(wide.rows, rank + oversampling);
  const exact = sample === wide.rows;
  const rounds = (exact ? 0 : powerIterations) + 2;
  let done = 0;

  let basis = exact ? identity(sample) : gaussian(wide.rows, sample, new Random(seed));
  if (!exact) {
    for (let iteration = 0; iteration < powerIterations; iteration++) {
      const image = yield* applyBoth(wide, tall, basis, [done / rounds, ++done / rounds]);
      basis = yield* report(orthonormalize(image), done / rounds);
    }
  }
  // Rayleigh-Ritz: the eigenvectors of Qᵀ A Aᵀ Q turn the basis into singular vectors.
  const image = yield* applyBoth(wide, tall, basis, [done / rounds, ++done / rounds]);
  const projected = yield* report(crossProduct(basis, image, { symmetric: true }), ++done / rounds);
  const { values, vectors } = symmetricEigen(projected, basis.cols);
  const kept = countKept(values, rank);
  const rotation = new Float64Array(basis.cols * kept);
  for (let k = 0; k < kept; k++) {
    for (let i = 0; i < basis.cols; i++) {
      rotation[i * kept + k] = vectors[k * basis.cols + i]!;
    }
  }
  const shortSide = yield* report(multiplyRight(basis, rotation, kept), done / rounds);
  const singularValues = values.slice(0, kept).map(Math.sqrt);
  if (flipped) {
    fixSigns(shortSide);
    return { singularValues, right: shortSide };
  }
  const right = yield* multiplySparse(tall, shortSide, done / rounds);
  scaleColumns(right, singularValues);
  fixSigns(right);
  return { singularValues, right };
}

function* report<T>(work: Generator<void, T, void>, share: number): Generator<number, T, void> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield share;
  }
}

function* multiplySparse(
  sparse: SparseMatrix,
  dense: PanelMatrix,
  share: number,
): Generator<number, PanelMatrix, void> {
  const result = new PanelMatrix(sparse.rows, dense.cols);
  for (let panel = 0; panel < dense.panels; panel++) {
    multiplySparsePanel(sparse, dense, result, panel);
    yield share;
  }
  return result;
}

/** A Aᵀ times a dense matrix, a panel at a time, so that the long side is only ever 8 wide. */
function* applyBoth(
  wide: SparseMatrix,
  tall: SparseMatrix,
  dense: PanelMatrix,
  [from, to]: readonly [number, number],
): Generator<number, PanelMatrix, void> {
  const result = new PanelMatrix(dense.rows, dense.cols);
  const between = new PanelMatrix(tall.rows, Math.min(8, dense.cols));
  const panelIn = new PanelMatrix(dense.rows, between.cols);
  const panelOut = new PanelMatrix(dense.rows, between.cols);
  const size = panelIn.data.length;
  for (let panel = 0; panel < dense.panels; panel++) {
    panelIn.data.set(dense.data.subarray(panel * size, (panel + 1) * size));
    multiplySparsePanel(tall, panelIn, between, 0);
    multiplySparsePanel(wide, between, panelOut, 0);
    result.data.set(panelOut.data, panel * size);
    yield from + ((to - from) * (panel + 1)) / dense.panels;
  }
  return result;
}

function gaussian(rows: number, cols: number, random: Random): PanelMatrix {
  const matrix = new PanelMatrix(rows, cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) matrix.set(row, col, random.normal());
  }
  return matrix;
}

function identity(size: number): PanelMatrix {
  const matrix = new PanelMatrix(size, size);
  for (let i = 0; i < size; i++) matrix.set(i, i, 1);
  return matrix;
}

function countKept(values: Float64Array, rank: number): number {
  const smallest = NULL_SHARE * (values[0] ?? 0);
  let kept = 0;
  while (kept < Math.min(rank, values.length) && values[kept]! > smallest) kept++;
  return kept;
}

function scaleColumns(matrix: PanelMatrix, divisors: Float64Array): void {
  for (let col = 0; col < matrix.cols; col++) {
    const divisor = divisors[col]!;
    for (let row = 0; row < matrix.rows; row++) {
      matrix.set(row, col, matrix.at(row, col) / divisor);
    }
  }
}

/** A singular vector's sign is arbitrary: makes its (first) entry of largest magnitude positive. */
function fixSigns(matrix: PanelMatrix): void {
  for (let col = 0; col < matrix.cols; col++) {
    let largest = 0;
    for (let row = 0; row < matrix.rows; row++) {
      const value = matrix.at(row, col);
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest >= 0) continue;
    for (let row = 0; row < matrix.rows; row++) matrix.set(row, col, -matrix.at(row, col));
  }
}
