import { EmbedLLMError, type Matrix } from '@embedllm/core';
import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import { dot } from '../scoring/dot.js';

/** A normal distribution of model embeddings in d dimensions. */
export interface Gaussian {
  /** Length d. */
  readonly mean: Float64Array;
  /**
   * Row-major [d, d], symmetric; rows and columns of dimensions that are the same for all models
   * are zero.
   */
  readonly covariance: Float64Array;
}

/**
 * What the embeddings of a pool say about a further model: their mean and covariance, the latter
 * shrunk towards its diagonal by s = (d + 1) / (d + 1 + M), as few models say little about how
 * dimensions go together. Dimensions of no variance, such as the pool mean that every embedding
 * of `trainDirect` ends with, stay fixed.
 *
 * @param embeddings - Shape [M, d].
 * @throws EmbedLLMError `invalid-argument` with fewer than 2 models.
 */
export function poolPrior(embeddings: Matrix): Gaussian {
  const { rows: M, cols: d } = embeddings;
  if (M < 2) {
    throw new EmbedLLMError(
      'Learning about a new model needs a pool of at least two. Train with more models.',
      { code: 'invalid-argument' },
    );
  }
  const mean = new Float64Array(d);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < d; k++) mean[k] = mean[k]! + embeddings.at(m, k);
  }
  for (let k = 0; k < d; k++) mean[k] = mean[k]! / M;
  const covariance = new Float64Array(d * d);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < d; i++) {
      const deviation = (embeddings.at(m, i) - mean[i]!) / (M - 1);
      for (let j = 0; j <= i; j++) {
        const product = deviation * (embeddings.at(m, j) - mean[j]!);
        covariance[i * d + j] = covariance[i * d + j]! + product;
      }
    }
  }
  const kept = M / (d + 1 + M);
  for (let i = 0; i < d; i++) {
    const scale = mean[i]! ** 2 + covariance[i * d + i]!;
    // Rounding of equal 32-bit values leaves about 1e-14 of their square.
    const isFixed = covariance[i * d + i]! <= 1e-10 * scale;
    if (isFixed) covariance[i * d + i] = 0;
    for (let j = 0; j < i; j++) {
      const isZero = isFixed || covariance[j * d + j] === 0;
      const value = isZero ? 0 : kept * covariance[i * d + j]!;
      covariance[i * d + j] = value;
      covariance[j * d + i] = value;
    }
    if (isFixed) for (let j = i + 1; j < d; j++) covariance[j * d + i] = 0;
  }
  return { mean, covariance };
}

/** Widens a prior, for models that may be stronger than those it was fitted to. */
export interface Widening {
  /** Factor applied to the covariance. */
  readonly priorWidth: number;
  /** What is added to the variance of the part of all logits that is the same. */
  readonly abilityVariance: number;
}

/** @param constants - The latent features that are the same for all questions, 0 for the others. */
export function widen(
  { mean, covariance }: Gaussian,
  constants: ArrayLike<number>,
  { priorWidth, abilityVariance }: Widening,
): Gaussian {
  const d = mean.length;
  // constants / length is the least change of an embedding that changes all logits by 1.
  const length = dot(constants, constants);
  const share = length === 0 ? 0 : abilityVariance / length ** 2;
  const wide = covariance.map(
    (value, at) => priorWidth * value + share * constants[Math.floor(at / d)]! * constants[at % d]!,
  );
  return { mean, covariance: wide };
}

/** Dimensions that may vary, ascending. */
export function freeDimensions({ mean, covariance }: Gaussian): number[] {
  const d = mean.length;
  return [...mean.keys()].filter((k) => covariance[k * d + k]! > 0);
}

/** The inverse of a symmetric positive definite matrix, row-major [n, n]; about n³ FLOPs. */
export function invert(matrix: Float64Array, n: number): Float64Array {
  const lower = cholesky(matrix, n);
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    inverse.set(choleskySolve(lower, unit), j * n);
  }
  return inverse;
}

/** The rows and columns at the given positions of a row-major [d, d] matrix. */
export function submatrix(matrix: Float64Array, d: number, at: readonly number[]): Float64Array {
  const n = at.length;
  const part = new Float64Array(n * n);
  at.forEach((row, i) => {
    at.forEach((col, j) => {
      part[i * n + j] = matrix[row * d + col]!;
    });
  });
  return part;
}

/** matrix · vector for a row-major [d, d] matrix. */
export function times(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const d = vector.length;
  const result = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += matrix[i * d + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}
