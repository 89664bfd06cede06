import type { Matrix } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';
import type { LeaveOneOut } from './leave-one-out.js';

/**
 * Ridge regression with a free intercept, each model left out in turn, in closed form: with the
 * smoother H and Q = I - H the residual of a left-out model is (Q y)_i / Q_ii (Cook and Weisberg,
 * 1982), and of j with i left out as well (Q_ii (Q y)_j - Q_ij (Q y)_i) / (Q_ii Q_jj - Q_ij²).
 *
 * With several strengths the one for model i is chosen by the squared error of leaving each other
 * model out as well (nested, so that i never has a say). One eigendecomposition of size n for all
 * targets; then about 5 n² columns FLOPs a strength.
 *
 * @param strengths - In units of the mean squared length of a centred vector.
 */
export function ridgeLeaveOneOut(vectors: Matrix, strengths: readonly number[]): LeaveOneOut {
  const n = vectors.rows;
  const gram = centredGram(vectors);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += gram[i * n + i]!;
  const { values, vectors: axes } = symmetricEigen(gram, n);
  const unit = trace / n;
  const solutions = strengths.map((strength) => createSolution(values, axes, n, strength * unit));
  return {
    predict: (targets, columns) => {
      const predictions = new Float64Array(n * columns);
      const lowest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
      for (const solution of solutions) {
        const residuals = multiply(solution.q, targets, n, columns);
        const errors =
          solutions.length > 1 ? nestedErrors(solution, residuals, columns) : undefined;
        for (let i = 0; i < n; i++) {
          const error = errors ? errors[i]! : 0;
          if (!(error < lowest[i]!)) continue;
          lowest[i] = error;
          const scale = 1 / solution.q[i * n + i]!;
          for (let c = 0; c < columns; c++) {
            const cell = i * columns + c;
            predictions[cell] = targets[cell]! - scale * residuals[cell]!;
          }
        }
      }
      return predictions;
    },
  };
}

/** For one strength: Q, and what the errors of leaving two out need of it. */
interface Solution {
  readonly n: number;
  /** Row-major [n, n]. */
  readonly q: Float64Array;
  /** (Q_ii / det)², row-major [n, n], zero on the diagonal. */
  readonly own: Float64Array;
  /** Q_ii Q_ij / det². */
  readonly mixed: Float64Array;
  /** Σ_j (Q_ij / det)². */
  readonly other: Float64Array;
}

function createSolution(
  values: Float64Array,
  axes: Float64Array,
  n: number,
  ridge: number,
): Solution {
  const q = new Float64Array(n * n).fill(-1 / n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1 - 1 / n;
  for (let k = 0; k < n; k++) {
    const value = Math.max(0, values[k]!);
    // All vectors equal: nothing to learn from, whatever the ridge.
    const weight = value > 0 ? value / (value + ridge) : 0;
    if (weight === 0) continue;
    const axis = axes.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      const scaled = weight * axis[i]!;
      for (let j = 0; j < n; j++) {
        q[i * n + j] = q[i * n + j]! - scaled * axis[j]!;
      }
    }
  }
  const own = new Float64Array(n * n);
  const mixed = new Float64Array(n * n);
  const other = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const qii = q[i * n + i]!;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const qij = q[i * n + j]!;
      const determinant = qii * q[j * n + j]! - qij * qij;
      own[i * n + j] = (qii / determinant) ** 2;
      mixed[i * n + j] = (qii * qij) / determinant ** 2;
      other[i] = other[i]! + (qij / determinant) ** 2;
    }
  }
  return { n, q, own, mixed, other };
}

/** For each i: Σ_j Σ_c of the squared residuals of j with i and j left out. */
function nestedErrors(
  { n, own, mixed, other }: Solution,
  residuals: Float64Array,
  columns: number,
): Float64Array {
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) squares[i] = dot(residuals, i, i, columns);
  const errors = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = other[i]! * squares[i]!;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      sum += own[i * n + j]! * squares[j]! - 2 * mixed[i * n + j]! * dot(residuals, i, j, columns);
    }
    errors[i] = sum;
  }
  return errors;
}

function dot(rows: Float64Array, i: number, j: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    sum += rows[i * columns + c]! * rows[j * columns + c]!;
  }
  return sum;
}

function multiply(
  square: Float64Array,
  right: Float64Array,
  n: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const weight = square[i * n + j]!;
      for (let c = 0; c < columns; c++) {
        const cell = i * columns + c;
        product[cell] = product[cell]! + weight * right[j * columns + c]!;
      }
    }
  }
  return product;
}

/** Inner products of the vectors less their mean, row-major [n, n]. */
function centredGram({ rows: n, cols, data }: Matrix): Float64Array {
  const centred = Float64Array.from(data);
  for (let k = 0; k < cols; k++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += centred[i * cols + k]! / n;
    for (let i = 0; i < n; i++) centred[i * cols + k] = centred[i * cols + k]! - mean;
  }
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(centred, i, j, cols);
      gram[i * n + j] = product;
      gram[j * n + i] = product;
    }
  }
  return gram;
}
