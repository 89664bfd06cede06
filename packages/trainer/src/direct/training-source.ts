import { EmbedLLMError, type TrainingRecord } from '@embedllm/core';
import type { Engine } from '../engines/engine.js';
import { fingerprintTrainingData } from './data-fingerprint.js';
import { assertLabelledSet, type LabelledSet } from './labelled-set.js';
import { createLocalShard, type Shard } from './shard.js';

/** Training questions that are kept elsewhere, in parts that add up moments and gradients. */
export interface ShardedSet {
  /** Names of the models, M of them, in the order of every shard. */
  readonly models: readonly string[];
  /** At least one; their sums are taken in this order, so that the same parts give the same bits. */
  readonly shards: readonly Shard[];
  /**
   * Shards at work at the same time, 1 or more. As many gradients of 8 M (D + 1) bytes, or moments of
   * 8 D² bytes, are in memory. Shards that wait for other machines may all be at work.
   *
   * @default 32
   */
  readonly concurrency?: number | undefined;
  /** Identifies the labels and embeddings, for the artifact's record. */
  readonly fingerprint: string;
}

/** Training data as the solver sees them, wherever they are. */
export interface TrainingSource {
  readonly models: readonly string[];
  readonly dimensions: number;
  readonly openShards: (engine: Engine, tileRows: number | undefined) => readonly Shard[];
  /** @param questions - Q, all shards together. */
  readonly describe: (
    questions: number,
  ) => Promise<Pick<TrainingRecord, 'dataFingerprint' | 'counts'>>;
}

/**
 * Checks training data and hides where they are.
 *
 * @throws EmbedLLMError `shape-mismatch` when parts do not fit together, `invalid-argument` without
 * a shard, `not-finite` on bad embeddings.
 */
export function trainingSource(train: LabelledSet | ShardedSet): TrainingSource {
  return 'shards' in train ? shardedSource(train) : localSource(train);
}

function localSource(train: LabelledSet): TrainingSource {
  assertLabelledSet(train, 'training');
  const { correctness } = train;
  return {
    models: correctness.models,
    dimensions: train.embeddings.cols,
    openShards: (engine, tileRows) => [createLocalShard({ ...train, engine, tileRows })],
    describe: async (questions) => ({
      dataFingerprint: await fingerprintTrainingData(train),
      counts: { questions, models: correctness.modelCount, labels: correctness.countObserved() },
    }),
  };
}

function shardedSource({ models, shards, fingerprint }: ShardedSet): TrainingSource {
  const [first] = shards;
  if (!first)
    throw new EmbedLLMError('There are no shards to train on.', { code: 'invalid-argument' });
  shards.forEach(({ dimensions, modelCount, labelCounts }, index) => {
    const isFit =
      dimensions === first.dimensions &&
      modelCount === models.length &&
      labelCounts.length === models.length;
    if (!isFit) {
      throw new EmbedLLMError(
        `Shard ${index} has ${dimensions} dimensions, ${modelCount} models and ${labelCounts.length} label counts, but ${first.dimensions} dimensions and ${models.length} models are needed.`,
        { code: 'shape-mismatch' },
      );
    }
  });
  const labels = shards.reduce(
    (sum, { labelCounts }) => labelCounts.reduce((total, count) => total + count, sum),
    0,
  );
  return {
    models,
    dimensions: first.dimensions,
    openShards: () => shards,
    describe: async (questions) => ({
      dataFingerprint: fingerprint,
      counts: { questions, models: models.length, labels },
    }),
  };
}
