import { Matrix } from '@embedllm/core';
import { type Curvature, solveRows } from './curvature.js';
import { addTo, type ShardGradient } from './shard.js';

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

/** Adds the penalty's gradient, in place. */
export function addPenalty(
  gradient: ShardGradient,
  point: CentredParameters,
  penalty: Penalty,
): void {
  const { ridge, pooling, interceptRidge } = penalty;
  const M = point.intercepts.length;
  const D = point.weights.length / M;
  const weightMean = meanRow(point.weights, M);
  for (let index = 0; index < gradient.weights.length; index++) {
    const pulled = point.weights[index]! - pooling * weightMean[index % D]!;
    gradient.weights[index] = gradient.weights[index]! + ridge * pulled;
  }
  const interceptMean = total(point.intercepts) / M;
  for (let model = 0; model < M; model++) {
    gradient.bias[model] =
      gradient.bias[model]! + interceptRidge * (point.intercepts[model]! - interceptMean);
  }
}

/** H⁻¹ g: the mean over models and the deviations from it are separate systems. */
export async function precondition(
  gradient: ShardGradient,
  curvature: Curvature,
  { ridge, pooling, interceptRidge }: Penalty,
): Promise<{ weights: Float64Array; intercepts: Float64Array }> {
  const M = gradient.bias.length;
  const D = curvature.dimensions;
  const mean = meanRow(gradient.weights, M);
  const rows = new Matrix(M + 1, D);
  for (let index = 0; index < M * D; index++) {
    rows.data[index] = gradient.weights[index]! - mean[index % D]!;
  }
  rows.row(M).set(mean);
  const rotated = await curvature.toBasis(rows);
  const deviations = new Matrix(M, D, rotated.data.subarray(0, M * D));
  solveRows(deviations, curvature.factor(ridge));
  const meanOnly = new Matrix(1, D, rotated.row(M));
  solveRows(meanOnly, curvature.factor(ridge * (1 - pooling)));
  const solved = await curvature.fromBasis(rotated);
  const meanStep = solved.row(M);
  const weights = new Float64Array(M * D);
  for (let index = 0; index < M * D; index++) {
    weights[index] = solved.data[index]! + meanStep[index % D]!;
  }
  const interceptMean = total(gradient.bias) / M;
  const quarter = curvature.questions / 4;
  const intercepts = gradient.bias.map(
    (value) => (value - interceptMean) / (quarter + interceptRidge) + interceptMean / quarter,
  );
  return { weights, intercepts };
}

/** Mean over the M rows of a row-major [M, D] array. */
export function meanRow(values: Float64Array, M: number): Float64Array {
  const D = values.length / M;
  const mean = new Float64Array(D);
  for (let model = 0; model < M; model++) addTo(mean, values.subarray(model * D, (model + 1) * D));
  for (let j = 0; j < D; j++) mean[j] = mean[j]! / M;
  return mean;
}

/** Sum of all values. */
export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
