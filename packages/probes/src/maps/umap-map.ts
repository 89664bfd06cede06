import { EmbedLLMError, type Progress, Random } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { type DistanceMetric, prepareVectors } from '../distances/metric.js';
import type { EmbeddingSource } from '../vectors/model-vectors.js';
import type { MapPoint } from './map-point.js';

/** Options of `umapMap`: a source of vectors, the metric, and the settings of UMAP. */
export type UmapMapOptions = EmbeddingSource & {
  /** @default 'euclidean' */
  readonly metric?: DistanceMetric | undefined;
  /** Neighbours of each model that the map keeps near: an integer from 2. @default 10 */
  readonly neighbours?: number | undefined;
  /** Least distance of two points on the map, from 0 to 1. @default 0.1 */
  readonly minDistance?: number | undefined;
  /** Rounds of layout: an integer from 1. @default 500 */
  readonly epochs?: number | undefined;
  /** Seed of the layout: an unsigned 32-bit integer. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the rounds of layout done and their number. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
};

/**
 * A map that keeps near models near (McInnes, Healy and Melville, 2018, UMAP, arXiv 1802.03426),
 * by `umap-js`, an optional peer dependency, from exact neighbours. Far distances on such a map,
 * sizes of clusters and axes mean nothing. The same seed gives the same map.
 *
 * @throws EmbedLLMError `missing-dependency` without `umap-js`; `invalid-argument` on options out
 * of range or fewer than 4 models; the signal's reason when aborted.
 *
 * @example
 * ```ts
 * const points = await umapMap({ model, part: 'factors', seed: 1 });
 * ```
 */
export async function umapMap(options: UmapMapOptions): Promise<MapPoint[]> {
  const {
    metric = 'euclidean',
    minDistance = 0.1,
    epochs = 500,
    seed,
    signal,
    onProgress,
  } = options;
  signal?.throwIfAborted();
  const { names, distance } = prepareVectors(options, metric);
  const M = names.length;
  const wanted = options.neighbours ?? 10;
  if (M < 4) {
    throw new EmbedLLMError(`A map needs at least 4 models, but there are ${M}.`, {
      code: 'invalid-argument',
    });
  }
  checkInteger('neighbours', wanted, { min: 2 });
  checkInteger('epochs', epochs, { min: 1 });
  checkNumber('minDistance', minDistance, { min: 0, max: 1 });
  const random = new Random(seed);
  const { UMAP } = await loadUmap();
  // umap-js counts a model among its own neighbours, and wants more models than neighbours.
  const count = Math.min(wanted + 1, M - 1);
  const nearest = names.map((_, a) => {
    const distances = names.map((_, b) => (a === b ? -1 : distance(a, b)));
    const order = [...distances.keys()].sort((b, c) => distances[b]! - distances[c]!);
    return order.slice(0, count).map((b) => ({ index: b, distance: Math.max(0, distances[b]!) }));
  });
  const umap = new UMAP({
    nNeighbors: count,
    minDist: minDistance,
    nEpochs: epochs,
    nComponents: 2,
    random: () => random.uniform(),
  });
  umap.setPrecomputedKNN(
    nearest.map((list) => list.map((neighbour) => neighbour.index)),
    nearest.map((list) => list.map((neighbour) => neighbour.distance)),
  );
  // Only the number of rows counts, the neighbours are given.
  const coordinates = await umap.fitAsync(
    names.map((_, index) => [index]),
    (epoch) => {
      if (epoch % 25 === 0 || epoch === epochs)
        onProgress?.({ phase: 'lay out', done: epoch, total: epochs, unit: 'epochs' });
      return !signal?.aborted;
    },
  );
  signal?.throwIfAborted();
  return names.map((name, index) => {
    const [x, y] = coordinates[index] as [number, number];
    return { name, x, y };
  });
}

async function loadUmap(): Promise<typeof import('umap-js')> {
  try {
    return await import('umap-js');
  } catch (cause) {
    throw new EmbedLLMError('A UMAP map needs the package `umap-js`: npm install umap-js', {
      code: 'missing-dependency',
      cause,
    });
  }
}
