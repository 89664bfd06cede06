import { addTo } from './shard.js';

/** The penalty of the direct solver's objective. */
export interface Penalty {
  /** λ > 0, in the units of squared embedding length: the weights' precision. */
  readonly ridge: number;
  /** κ in [0, 1]: how far weights shrink towards the pool mean rather than towards zero. */
  readonly pooling: number;
  /** λ_b ≥ 0: how strongly each intercept is drawn to the pool's mean intercept. */
  readonly interceptRidge: number;
}

/** Logistic regressions of all models on centred embeddings: z = w_m . (x - μ) + b_m. */
export interface CentredParameters {
  /** Row-major [M, D]. */
  readonly weights: Float64Array;
  /** Length M. */
  readonly intercepts: Float64Array;
}

/**
 * The gradient of the penalty where the loss has gradient `slope`, added to it.
 *
 * @param point - [M, D + 1]: weights in any orthonormal basis, then the intercept. So is `slope`.
 */
export function addPenalty(
  slope: Float64Array,
  point: Float64Array,
  { ridge, pooling, interceptRidge }: Penalty,
  M: number,
): Float64Array {
  const width = point.length / M;
  const mean = meanRow(point, M);
  const gradient = new Float64Array(slope.length);
  for (let model = 0, index = 0; model < M; model++) {
    for (let j = 0; j < width - 1; j++, index++) {
      gradient[index] = slope[index]! + ridge * (point[index]! - pooling * mean[j]!);
    }
    gradient[index] = slope[index]! + interceptRidge * (point[index]! - mean[width - 1]!);
    index++;
  }
  return gradient;
}

/** Mean over the M rows of a row-major array. */
export function meanRow(values: Float64Array, M: number): Float64Array {
  const width = values.length / M;
  const mean = new Float64Array(width);
  for (let model = 0; model < M; model++) {
    addTo(mean, values.subarray(model * width, (model + 1) * width));
  }
  for (let j = 0; j < width; j++) mean[j] = mean[j]! / M;
  return mean;
}

/** Sum of all values. */
export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
