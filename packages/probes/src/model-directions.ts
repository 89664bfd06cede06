import { assertFinite, EmbedLLMError, type FactorizationModel, type Matrix } from '@embedllm/core';

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

/**
 * Where model vectors come from: a trained model, whose effective directions
 * u_m = p_m * (w_1 - w_0) are taken, because only they decide the logits; or vectors as they are.
 */
export type EmbeddingSource =
  | {
      /** A trained model. */
      readonly model: FactorizationModel;
      readonly embeddings?: undefined;
      readonly names?: undefined;
    }
  | {
      /** One row a model, shape [M, d]. */
      readonly embeddings: Matrix;
      /** Names of the models, length M, unique. */
      readonly names: readonly string[];
      readonly model?: undefined;
    };

/** The vectors that distances are taken between, ready for one metric. */
export interface ModelDirections {
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
export function modelDirections(source: EmbeddingSource, metric: DistanceMetric): ModelDirections {
  const names = source.model ? source.model.models : source.names;
  const rows = source.model ? effectiveDirections(source.model) : embeddingRows(source.embeddings);
  if (names.length !== rows.length) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `There are ${rows.length} embeddings, but ${names.length} model names.`,
    );
  }
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The model ${JSON.stringify(repeated)} occurs twice.`,
    );
  }
  const at = (index: number): Float64Array => rows[index] as Float64Array;
  switch (metric) {
    case 'euclidean':
      return { names, distance: (a, b) => euclideanDistance(at(a), at(b)) };
    case 'cosine':
      centreAndNormalize(rows);
      return { names, distance: (a, b) => cosineDistance(at(a), at(b)) };
    default:
      throw new EmbedLLMError(
        'invalid-argument',
        `The metric must be 'cosine' or 'euclidean', but is ${JSON.stringify(metric)}.`,
      );
  }
}

function effectiveDirections({ modelEmbeddings, classifier }: FactorizationModel): Float64Array[] {
  const rows = embeddingRows(modelEmbeddings);
  for (const row of rows) {
    row.forEach((value, k) => {
      row[k] = value * (classifier.at(1, k) - classifier.at(0, k));
    });
  }
  return rows;
}

function embeddingRows(embeddings: Matrix): Float64Array[] {
  assertFinite(embeddings, 'model embeddings');
  return Array.from({ length: embeddings.rows }, (_, row) =>
    Float64Array.from(embeddings.row(row)),
  );
}

/** Subtracts the mean row and scales to length 1; rows at the mean become all zeros. */
function centreAndNormalize(rows: readonly Float64Array[]): void {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  let longest = 0;
  for (const row of rows) {
    longest = Math.max(longest, norm(row));
    row.forEach((value, k) => {
      mean[k] = (mean[k] as number) + value / rows.length;
    });
  }
  for (const row of rows) {
    row.forEach((value, k) => {
      row[k] = value - (mean[k] as number);
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
    const difference = (a[k] as number) - (b[k] as number);
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
