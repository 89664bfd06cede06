import type { Matrix } from '@embedllm/core';
import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';

/** Ridge penalties, as multiples of the mean squared length of the centred embeddings. */
const PENALTIES = [0.001, 0.01, 0.1, 1, 10, 100];

/** Predicts each value from the others. */
export interface LeaveOneOutRidge {
  /**
   * @param values - One for each row of the embeddings.
   * @returns For each row the prediction of a regression that never saw its value.
   */
  predict(values: readonly number[]): number[];
}

/** The part of a regression without one row that does not depend on the values. */
interface LeftOut {
  /** Rows that remain. */
  readonly rows: readonly number[];
  /** For each penalty: smoother H, row-major, so that the fit is H y with the mean taken care of. */
  readonly smoothers: readonly Float64Array[];
  /** For each penalty: weights of the remaining values in the prediction of the left-out row. */
  readonly weights: readonly Float64Array[];
}

/**
 * Prepares leave-one-out ridge regression with an intercept, the penalty chosen within the remaining
 * rows by their own leave-one-out errors e / (1 - h) (Allen's PRESS). In the dual form the cost
 * does not grow with the dimension of the embeddings.
 */
export function leaveOneOutRidge(embeddings: Matrix): LeaveOneOutRidge {
  const parts = Array.from({ length: embeddings.rows }, (_, out) => leaveOut(embeddings, out));
  return {
    predict: (values) =>
      parts.map(({ rows, smoothers, weights }) => {
        const own = rows.map((row) => values[row]!);
        let best = 0;
        let least = Number.POSITIVE_INFINITY;
        smoothers.forEach((smoother, penalty) => {
          const error = pressOf(smoother, own);
          if (error < least) {
            least = error;
            best = penalty;
          }
        });
        const chosen = weights[best] as Float64Array;
        return own.reduce((sum, value, index) => sum + value * chosen[index]!, 0);
      }),
  };
}

function leaveOut(embeddings: Matrix, out: number): LeftOut {
  const n = embeddings.rows - 1;
  const rows = Array.from({ length: embeddings.rows }, (_, row) => row).filter((r) => r !== out);
  const products = centredProducts(embeddings, rows, out);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += products.between[i * n + i]!;
  const scale = trace > 0 ? trace / n : 1;
  const smoothers: Float64Array[] = [];
  const weights: Float64Array[] = [];
  for (const multiple of PENALTIES) {
    const penalised = Float64Array.from(products.between);
    for (let i = 0; i < n; i++) {
      penalised[i * n + i] = penalised[i * n + i]! + multiple * scale;
    }
    const lower = cholesky(penalised, n);
    const smoother = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const row = choleskySolve(lower, products.between.subarray(i * n, (i + 1) * n));
      // The intercept is the mean, and centred embeddings are orthogonal to it.
      for (let j = 0; j < n; j++) smoother[i * n + j] = row[j]! + 1 / n;
    }
    smoothers.push(smoother);
    weights.push(choleskySolve(lower, products.toLeftOut).map((weight) => weight + 1 / n));
  }
  return { rows, smoothers, weights };
}

/** Inner products of embeddings from which the mean of the remaining rows is taken. */
function centredProducts(
  embeddings: Matrix,
  rows: readonly number[],
  out: number,
): { between: Float64Array; toLeftOut: Float64Array } {
  const n = rows.length;
  const d = embeddings.cols;
  const centre = new Float64Array(d);
  for (const row of rows) {
    for (let j = 0; j < d; j++) centre[j] = centre[j]! + embeddings.at(row, j) / n;
  }
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const mean = centre[j]!;
      sum += (embeddings.at(a, j) - mean) * (embeddings.at(b, j) - mean);
    }
    return sum;
  };
  const between = new Float64Array(n * n);
  rows.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const value = product(a, rows[j]!);
      between[i * n + j] = value;
      between[j * n + i] = value;
    }
  });
  return { between, toLeftOut: Float64Array.from(rows, (row) => product(row, out)) };
}

/** Sum of squared leave-one-out errors of a linear smoother. */
function pressOf(smoother: Float64Array, values: readonly number[]): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let fit = 0;
    for (let j = 0; j < n; j++) fit += smoother[i * n + j]! * values[j]!;
    const leverage = Math.min(smoother[i * n + i]!, 1 - 1e-9);
    sum += ((values[i]! - fit) / (1 - leverage)) ** 2;
  }
  return sum;
}
