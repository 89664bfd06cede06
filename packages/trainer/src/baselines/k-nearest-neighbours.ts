import { EmbedLLMError, estimateAccuracies, logLoss, Matrix, MISSING } from '@embedllm/core';
import { checkIntegers } from '@embedllm/internals';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { Engine } from '../engines/engine.js';
import type { Predictor } from './predictor.js';
import { smoothedEstimate } from './smoothed-estimate.js';

/** What `fitKNearestNeighbours` takes. */
export interface KNearestNeighboursOptions {
  readonly train: LabelledSet;
  /** Where the similarities are computed. */
  readonly engine: Engine;
  /** Chooses k by log loss. Without it, `ks` must hold one value. */
  readonly validation?: LabelledSet | undefined;
  /**
   * Numbers of neighbours to try; cut to the number of training questions.
   *
   * @default [5, 15, 31, 51, 71, 101, 131, 201], or [131] without validation, the published k
   */
  readonly ks?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Questions whose similarities are held at once. */
const BLOCK_ROWS = 512;

/**
 * The baseline of EmbedLLM: the mean label of the k training questions of largest cosine
 * similarity, over those that the model was asked. Where it was asked none, its accuracy over the
 * questions of all models (`estimateAccuracies` of core).
 * Exact search, 2 Q Q' D FLOPs in blocks.
 *
 * @throws EmbedLLMError `invalid-argument` when a k is not a positive integer, or when there are
 * several and no validation set.
 */
export async function fitKNearestNeighbours(
  options: KNearestNeighboursOptions,
): Promise<Predictor> {
  const { train, engine, validation, signal } = options;
  const ks = checkNeighbourCounts(options);
  // Estimates take time, and few need them.
  let estimates: number[] | undefined;
  const fallback = (model: number): number => {
    estimates ??= estimateAccuracies(train.correctness).map(smoothedEstimate);
    return estimates[model]!;
  };
  const normalized = normalizeRows(train.embeddings);

  async function predict(embeddings: Matrix, counts: readonly number[]): Promise<Matrix[]> {
    const M = train.correctness.modelCount;
    const predictions = counts.map(() => new Matrix(embeddings.rows, M));
    const largest = counts.at(-1) as number;
    for (let start = 0; start < embeddings.rows; start += BLOCK_ROWS) {
      signal?.throwIfAborted();
      const end = Math.min(start + BLOCK_ROWS, embeddings.rows);
      const D = embeddings.cols;
      const block = normalizeRows(
        new Matrix(end - start, D, embeddings.data.subarray(start * D, end * D)),
      );
      const similarities = await engine.multiplyTransposed(block, normalized);
      for (let row = 0; row < block.rows; row++) {
        const neighbours = nearest(similarities.row(row), largest);
        averageLabels(neighbours, counts, train, fallback, (position, model, value) => {
          const target = predictions[position] as Matrix;
          target.data[(start + row) * M + model] = value;
        });
      }
    }
    return predictions;
  }

  let k = ks[0]!;
  if (validation && ks.length > 1) {
    const candidates = await predict(validation.embeddings, ks);
    const losses = candidates.map((candidate) => logLoss(candidate, validation.correctness));
    k = ks[losses.indexOf(Math.min(...losses))]!;
  }
  return {
    name: `k-NN (k = ${k})`,
    predictProbabilities: async (embeddings) => (await predict(embeddings, [k]))[0] as Matrix,
  };
}

/** Ascending. */
function checkNeighbourCounts({ ks, train, validation }: KNearestNeighboursOptions): number[] {
  const given = ks ?? (validation ? [5, 15, 31, 51, 71, 101, 131, 201] : [131]);
  checkIntegers('ks', given, { min: 1 });
  if (given.length > 1 && !validation) {
    throw new EmbedLLMError('Choosing between several k needs a validation set.', {
      code: 'invalid-argument',
    });
  }
  const cut = given.map((k) => Math.min(k, train.embeddings.rows));
  return [...new Set(cut)].sort((a, b) => a - b);
}

function normalizeRows(matrix: Matrix): Matrix {
  const result = new Matrix(matrix.rows, matrix.cols);
  for (let row = 0; row < matrix.rows; row++) {
    const source = matrix.row(row);
    let square = 0;
    for (const value of source) square += value * value;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    const target = result.row(row);
    for (let j = 0; j < source.length; j++) target[j] = scale * source[j]!;
  }
  return result;
}

/** Indices of the largest values, largest first; the lower index on a tie. */
function nearest(similarities: Float32Array, count: number): Uint32Array {
  // Only what reaches the count-th largest value takes part in the slower stable sort.
  const threshold = similarities.slice().sort()[similarities.length - count]!;
  const reached: number[] = [];
  similarities.forEach((value, index) => {
    if (value >= threshold) reached.push(index);
  });
  reached.sort((a, b) => similarities[b]! - similarities[a]! || a - b);
  return Uint32Array.from(reached.slice(0, count));
}

/** Mean labels of the first k neighbours, for each k of an ascending list. */
function averageLabels(
  neighbours: Uint32Array,
  counts: readonly number[],
  { correctness }: LabelledSet,
  fallback: (model: number) => number,
  emit: (position: number, model: number, value: number) => void,
): void {
  const M = correctness.modelCount;
  const correct = new Float64Array(M);
  const answered = new Float64Array(M);
  let taken = 0;
  counts.forEach((k, position) => {
    for (; taken < k; taken++) {
      const labels = correctness.row(neighbours[taken]!);
      for (let model = 0; model < M; model++) {
        const label = labels[model]!;
        if (label === MISSING) continue;
        correct[model] = correct[model]! + label;
        answered[model] = answered[model]! + 1;
      }
    }
    for (let model = 0; model < M; model++) {
      const count = answered[model]!;
      const mean = count > 0 ? correct[model]! / count : fallback(model);
      emit(position, model, mean);
    }
  });
}
