import { checkInteger } from '@embedllm/internals';
import { modelIndex } from '../vectors/model-index.js';
import type { EmbeddingSource } from '../vectors/model-vectors.js';
import { type DistanceMetric, prepareVectors } from './metric.js';

/** Options of `nearestModels`: a source of vectors, the model to start from, and the metric. */
export type NearestModelsOptions = EmbeddingSource & {
  /** The model whose neighbours are wanted. */
  readonly name: string;
  /**
   * Number of neighbours, an integer from 1; all of them if there are fewer.
   *
   * @default 5
   */
  readonly count?: number | undefined;
  /** @default 'cosine' */
  readonly metric?: DistanceMetric | undefined;
};

/** A model near another one. */
export interface ModelNeighbour {
  readonly name: string;
  /** At least 0, in units of the metric; at most 2 for `cosine`. */
  readonly distance: number;
}

/**
 * The models most like a given one, nearest first, without the model itself; models at the same
 * distance keep pool order. Costs M d differences.
 *
 * What a distance means depends on the training:
 *
 * - Direct solver: factors are orthonormal on the training questions, so that `euclidean` is the
 *   root mean square difference of the two models' logits there, up to the ridge.
 * - Published training: nothing fixes the basis. Any invertible change of the latent space, undone
 *   in the projection, predicts the same, so that both metrics also reflect initialization and
 *   weight decay; `cosine` is usual, not exact. What does not depend on the basis is the folded
 *   weights: take `part: 'weights'`.
 *
 * `cosine` looks from the mean of the pool, because what all models share (hard questions are hard
 * for all of them) would otherwise make every pair look alike. Overall ability still counts in
 * both metrics: two models far better than the rest are close whatever else they are good at.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown name (the message lists similar ones), a
 * bad `count` or metric or repeated names; `shape-mismatch` or `not-finite` on unusable vectors.
 *
 * @example
 * ```ts
 * nearestModels({ model, name: 'qwen-7b', count: 3 }); // [{ name: 'qwen-14b', distance: 0.08 }, ...]
 * ```
 */
export function nearestModels(options: NearestModelsOptions): ModelNeighbour[] {
  const { name, count = 5, metric = 'cosine' } = options;
  checkInteger('count', count, { min: 1 });
  const { names, distance } = prepareVectors(options, metric);
  const index = modelIndex(names, name);
  return names
    .map((neighbour, other) => ({ name: neighbour, distance: distance(index, other) }))
    .filter((_, other) => other !== index)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count);
}
