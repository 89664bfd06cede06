import { EmbedLLMError, type Matrix } from '@embedllm/core';
import { type EmbeddingSource, modelVectors } from '../vectors/model-vectors.js';

/**
 * How far apart two models are.
 *
 * - `cosine`: 1 - cos of the angle between the models' directions as seen from the mean of the
 *   pool, from 0 (same strengths) to 2 (opposite strengths). Blind to how far a model is from the
 *   mean. Depends on the pool: adding models moves the mean.
 * - `euclidean`: the length of the difference, in units of the embedding. Independent of the rest
 *   of the pool.
 */
export type DistanceMetric = 'cosine' | 'euclidean';

/** The vectors that distances are taken between, ready for one metric. */
export interface PreparedVectors {
  readonly names: readonly string[];
  /** Distance of two models by index, at least 0. */
  readonly distance: (a: number, b: number) => number;
}

/**
 * A direction shorter than this part of the longest vector of the pool is rounding of 32-bit
 * floats (relative precision 6e-8), not a direction.
 */
const NEGLIGIBLE = 1e-6;

/**
 * Prepares a source for a metric: M d multiplications, and d more for each distance.
 *
 * @throws EmbedLLMError `shape-mismatch` when names and rows differ in number; `not-finite` on NaN;
 * `invalid-argument` on repeated names or an unknown metric.
 */
export function prepareVectors(source: EmbeddingSource, metric: DistanceMetric): PreparedVectors {
  const { names, vectors } = modelVectors(source);
  const rows = inDoublePrecision(vectors);
  const at = (index: number): Float64Array => rows[index] as Float64Array;
  switch (metric) {
    case 'euclidean':
      return { names, distance: (a, b) => euclideanDistance(at(a), at(b)) };
    case 'cosine':
      centreAndNormalize(rows);
      return { names, distance: (a, b) => cosineDistance(at(a), at(b)) };
    default:
      throw new EmbedLLMError(
        `The metric must be 'cosine' or 'euclidean', but is ${JSON.stringify(metric)}.`,
        { code: 'invalid-argument' },
      );
  }
}

function inDoublePrecision(vectors: Matrix): Float64Array[] {
  return Array.from({ length: vectors.rows }, (_, row) => Float64Array.from(vectors.row(row)));
}

/** Subtracts the mean row and scales to length 1; rows at the mean become all zeros. */
function centreAndNormalize(rows: readonly Float64Array[]): void {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  let longest = 0;
  for (const row of rows) {
    longest = Math.max(longest, norm(row));
    row.forEach((value, k) => {
      mean[k] = mean[k]! + value / rows.length;
    });
  }
  for (const row of rows) {
    row.forEach((value, k) => {
      row[k] = value - mean[k]!;
    });
    const length = norm(row);
    const scale = length > NEGLIGIBLE * longest ? 1 / length : 0;
    row.forEach((value, k) => {
      row[k] = value * scale;
    });
  }
}

function euclideanDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = a[k]! - b[k]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/**
 * Half the squared distance of two unit vectors is 1 - cos, without cancellation between close
 * ones. All zeros stand for a model at the mean: 0 from another such, 1 from every direction.
 */
function cosineDistance(a: Float64Array, b: Float64Array): number {
  const aIsZero = a.every((value) => value === 0);
  const bIsZero = b.every((value) => value === 0);
  if (aIsZero || bIsZero) return aIsZero && bIsZero ? 0 : 1;
  return euclideanDistance(a, b) ** 2 / 2;
}

function norm(row: Float64Array): number {
  return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
}
