import { Matrix } from '@embedllm/core';
import type { EmbeddingSource } from '../vectors/model-vectors.js';
import { type DistanceMetric, prepareVectors } from './metric.js';

/** Options of `modelDistances`: a source of vectors, and the metric. */
export type ModelDistancesOptions = EmbeddingSource & {
  /** @default 'cosine' */
  readonly metric?: DistanceMetric | undefined;
};

/** Distances between all models of a pool. */
export interface ModelDistances {
  /** Names of the models, length M. */
  readonly names: readonly string[];
  readonly metric: DistanceMetric;
  /** Shape [M, M], symmetric, zeros on the diagonal. */
  readonly distances: Matrix;
}

/**
 * Distances between all models of a pool: M^2 d / 2 differences, M^2 x 4 bytes.
 *
 * Which metric means something depends on the training; see `nearestModels`.
 *
 * @throws EmbedLLMError `shape-mismatch`, `not-finite` or `invalid-argument` on unusable vectors,
 * names or metric.
 *
 * @example
 * ```ts
 * const { names, distances } = modelDistances({ model, metric: 'euclidean' });
 * distances.at(0, 1); // between names[0] and names[1]
 * ```
 */
export function modelDistances(options: ModelDistancesOptions): ModelDistances {
  const { metric = 'cosine' } = options;
  const { names, distance } = prepareVectors(options, metric);
  const distances = new Matrix(names.length, names.length);
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      const value = distance(a, b);
      distances.data[a * names.length + b] = value;
      distances.data[b * names.length + a] = value;
    }
  }
  return { names, metric, distances };
}
