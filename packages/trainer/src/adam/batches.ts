import { MISSING, Random } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { CheckedAdamSettings } from './adam-settings.js';
import { seedOf } from './seed-of.js';

/** Some questions and all models. */
export interface DenseBatch {
  readonly form: 'dense';
  /** Number of questions. */
  readonly rows: number;
  /** Embeddings with noise, row-major [rows, D]. */
  readonly embeddings: Float32Array;
  /** 1 for correct, else 0, row-major [rows, M]. */
  readonly labels: Float32Array;
  /** 1 for observed, else 0, row-major [rows, M]. */
  readonly observed: Float32Array;
  /** What makes the summed loss an unbiased estimate of the mean over all pairs. */
  readonly scale: number;
  /** Observed labels. */
  readonly pairs: number;
}

/** Some question-model pairs. */
export interface PairwiseBatch {
  readonly form: 'pairwise';
  /** Number of pairs. */
  readonly rows: number;
  /** Embedding of each pair's question, with noise of its own, row-major [rows, D]. */
  readonly embeddings: Float32Array;
  /** 1 or 0 for each pair. */
  readonly labels: Float32Array;
  /** Model of each pair. */
  readonly models: Int32Array;
  /** 1 / rows. */
  readonly scale: number;
  readonly pairs: number;
}

/** One step's share of the data. */
export type Batch = DenseBatch | PairwiseBatch;

/** The batches of an epoch, drawn when they are asked for. */
export interface BatchSource {
  readonly stepsPerEpoch: number;
  epoch(epoch: number): Generator<Batch>;
}

/** Prepares the batches of one form. */
export function createBatchSource(train: LabelledSet, settings: CheckedAdamSettings): BatchSource {
  return settings.form === 'dense'
    ? denseBatches(train, settings)
    : pairwiseBatches(train, settings);
}

/**
 * Tiles of q questions, as many as have about `batchSize` labels. A tile is a uniform sample of
 * the questions, so that with N labels of Q questions the loss summed over a tile, times
 * Q / (q N), has the mean loss over all labels as its expectation, and so for the gradient.
 * (The mean over the tile's own labels would not: labels of sparse questions would weigh more.)
 */
function denseBatches(train: LabelledSet, settings: CheckedAdamSettings): BatchSource {
  const { embeddings, correctness } = train;
  const { questionCount: Q, modelCount: M } = correctness;
  const N = correctness.countObserved();
  const tile = Math.min(Q, Math.max(1, Math.round((settings.batchSize * Q) / N)));
  return {
    stepsPerEpoch: Math.ceil(Q / tile),
    *epoch(epoch) {
      const order = orderOf(Q, epoch, settings);
      const noise = new Random(seedOf(settings.seed, epoch, 'noise'));
      for (let start = 0; start < Q; start += tile) {
        const questions = order.subarray(start, start + tile);
        const rows = questions.length;
        const labels = new Float32Array(rows * M);
        const observed = new Float32Array(rows * M);
        let pairs = 0;
        questions.forEach((question, row) => {
          const source = correctness.row(question);
          for (let model = 0; model < M; model++) {
            const label = source[model]!;
            if (label === MISSING) continue;
            labels[row * M + model] = label;
            observed[row * M + model] = 1;
            pairs++;
          }
        });
        yield {
          form: 'dense',
          rows,
          embeddings: noisyRows(embeddings, questions, settings.noise, noise),
          labels,
          observed,
          scale: Q / (rows * N),
          pairs,
        };
      }
    },
  };
}

/** Batches of pairs, as published: each with noise of its own on the question. */
function pairwiseBatches(train: LabelledSet, settings: CheckedAdamSettings): BatchSource {
  const { embeddings, correctness } = train;
  const { modelCount: M, labels: allLabels } = correctness;
  const observed = Uint32Array.from(indicesOfObserved(allLabels));
  const { batchSize } = settings;
  return {
    stepsPerEpoch: Math.ceil(observed.length / batchSize),
    *epoch(epoch) {
      const order = orderOf(observed.length, epoch, settings);
      const noise = new Random(seedOf(settings.seed, epoch, 'noise'));
      for (let start = 0; start < order.length; start += batchSize) {
        const batch = order
          .subarray(start, start + batchSize)
          .map((position) => observed[position]!);
        const questions = batch.map((pair) => Math.floor(pair / M));
        yield {
          form: 'pairwise',
          rows: batch.length,
          embeddings: noisyRows(embeddings, questions, settings.noise, noise),
          labels: Float32Array.from(batch, (pair) => allLabels[pair]!),
          models: Int32Array.from(batch, (pair) => pair % M),
          scale: 1 / batch.length,
          pairs: batch.length,
        };
      }
    },
  };
}

function* indicesOfObserved(labels: Uint8Array): Generator<number> {
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] !== MISSING) yield index;
  }
}

function orderOf(count: number, epoch: number, settings: CheckedAdamSettings): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  if (!settings.shuffle) return order;
  return new Random(seedOf(settings.seed, epoch, 'order')).shuffle(order);
}

function noisyRows(
  { data, cols: D }: LabelledSet['embeddings'],
  rows: Uint32Array,
  scale: number,
  random: Random,
): Float32Array {
  const result = new Float32Array(rows.length * D);
  for (let row = 0; row < rows.length; row++) {
    const source = rows[row]! * D;
    const target = row * D;
    for (let j = 0; j < D; j++) result[target + j] = data[source + j]!;
    if (scale === 0) continue;
    for (let j = 0; j < D; j++) {
      result[target + j] = result[target + j]! + scale * random.normal();
    }
  }
  return result;
}
