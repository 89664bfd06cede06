import { FactorizationModel, Matrix } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';
import { transpose } from '../engines/transpose.js';
import type { BidiagonalFactor, Curvature } from './curvature.js';
import { type CentredParameters, meanRow } from './penalty.js';

/** Weights as their pool mean plus factors in order of weight: w_m = w̄ + Σ_k p_mk f_k. */
export interface WeightFactors {
  /** w̄, length D. */
  readonly mean: Float64Array;
  /** f_k in rows, shape [R, D]: logits f_k . (x - μ) have a root mean square of 1 or less. */
  readonly directions: Matrix;
  /** p_mk, shape [M, R]. */
  readonly loadings: Matrix;
}

/**
 * Factors the deviations from the pool mean by the singular value decomposition in the metric of
 * H: the first r factors are the best rank-r approximation of the logits on the training
 * questions, up to the ridge (Eckart and Young 1936 in the norm tr(Aᵀ H A)).
 *
 * Loadings are scaled so that the Euclidean distance between two rows is the root mean square
 * difference of the two models' logits on the training questions, not counting intercepts.
 * The signs are fixed, so that equal weights give equal factors.
 *
 * An eigendecomposition of size min(M, D), about 9 min(M, D)³ FLOPs.
 */
export async function factorWeights(
  { weights, intercepts }: CentredParameters,
  curvature: Curvature,
  ridge: number,
): Promise<WeightFactors> {
  const M = intercepts.length;
  const D = curvature.dimensions;
  const mean = meanRow(weights, M);
  const deviations = new Matrix(M, D);
  for (let index = 0; index < M * D; index++) {
    deviations.data[index] = weights[index]! - mean[index % D]!;
  }
  const factor = curvature.factor(ridge);
  const rooted = await curvature.toBasis(deviations);
  for (let model = 0; model < M; model++) multiplyByRoot(rooted.row(model), factor);
  // Deviations sum to zero, so that their rank is below M.
  const count = Math.min(M - 1, D);
  const { singularValues, left } = singularVectors(rooted, count);
  const loadings = new Matrix(M, count);
  const combinations = new Matrix(count, M);
  // |H^{1/2} f|² = Σ_q (f . x_q)² / 4 + λ |f|²: this factor makes the mean square logit 1.
  const unit = Math.sqrt(curvature.questions) / 2;
  for (let k = 0; k < count; k++) {
    const sigma = singularValues[k]!;
    for (let model = 0; model < M; model++) {
      const loading = left[k * M + model]!;
      loadings.data[model * count + k] = (loading * sigma) / unit;
      if (sigma > 0) combinations.data[k * M + model] = (loading * unit) / sigma;
    }
  }
  const directions = await curvature.engine.multiplyTransposed(combinations, transpose(deviations));
  return { mean, directions, loadings };
}

/**
 * The published form of a rank-r solution: latent dimensions are the r factors, then the pool
 * mean (every model's embedding holds 1 there) and the intercept.
 */
export function toFactorizationModel(options: {
  models: readonly string[];
  factors: WeightFactors;
  intercepts: Float64Array;
  rank: number;
  /** μ, length D. */
  questionMean: Float64Array;
}): FactorizationModel {
  const { models, factors, intercepts, rank, questionMean } = options;
  const M = models.length;
  const D = questionMean.length;
  const d = rank + 2;
  const modelEmbeddings = new Matrix(M, d);
  for (let model = 0; model < M; model++) {
    const row = modelEmbeddings.row(model);
    row.set(factors.loadings.row(model).subarray(0, rank));
    row[rank] = 1;
    row[rank + 1] = intercepts[model]!;
  }
  const projection = new Matrix(d, D);
  projection.data.set(factors.directions.data.subarray(0, rank * D));
  projection.row(rank).set(factors.mean);
  const projectionBias = new Float32Array(d);
  for (let k = 0; k <= rank; k++) {
    const row = projection.row(k);
    let sum = 0;
    for (let j = 0; j < D; j++) sum += row[j]! * questionMean[j]!;
    projectionBias[k] = -sum;
  }
  projectionBias[rank + 1] = 1;
  // Half a weight for "correct" and minus half for "incorrect": their difference is 1.
  const classifier = new Matrix(2, d);
  classifier.row(0).fill(-0.5);
  classifier.row(1).fill(0.5);
  return new FactorizationModel({
    models,
    modelEmbeddings,
    projection,
    projectionBias,
    classifier,
    classifierBias: new Float32Array(2),
  });
}

/** Replaces b by H^{1/2} b for the root S^{1/2} Lᵀ of H. */
function multiplyByRoot(b: Float32Array, { lower, scale }: BidiagonalFactor): void {
  for (let i = 0; i < b.length; i++) {
    const below = i + 1 < b.length ? lower[i]! * b[i + 1]! : 0;
    b[i] = (b[i]! + below) * Math.sqrt(scale[i]!);
  }
}

/** Largest singular values and left singular vectors (as rows, length M) of A [M, D]. */
function singularVectors(
  a: Matrix,
  count: number,
): { singularValues: Float64Array; left: Float64Array } {
  const { rows: M, cols: D } = a;
  if (M <= D) {
    const { values, vectors } = symmetricEigen(innerProducts(a), M);
    return {
      singularValues: values.subarray(0, count).map((value) => Math.sqrt(Math.max(value, 0))),
      left: vectors.subarray(0, count * M),
    };
  }
  // More models than dimensions: decompose Aᵀ A, then u_k = A v_k / s_k.
  const { values, vectors } = symmetricEigen(innerProducts(transpose(a)), D);
  const singularValues = values.subarray(0, count).map((value) => Math.sqrt(Math.max(value, 0)));
  const left = new Float64Array(count * M);
  for (let k = 0; k < count; k++) {
    const sigma = singularValues[k]!;
    if (sigma === 0) continue;
    for (let model = 0; model < M; model++) {
      let sum = 0;
      for (let j = 0; j < D; j++) sum += a.at(model, j) * vectors[k * D + j]!;
      left[k * M + model] = sum / sigma;
    }
  }
  return { singularValues, left };
}

/** A Aᵀ in double precision, row-major [n, n]. */
function innerProducts(a: Matrix): Float64Array {
  const { rows: n, cols } = a;
  const products = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const left = a.row(i);
    for (let j = 0; j <= i; j++) {
      const right = a.row(j);
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += left[k]! * right[k]!;
      products[i * n + j] = sum;
      products[j * n + i] = sum;
    }
  }
  return products;
}
