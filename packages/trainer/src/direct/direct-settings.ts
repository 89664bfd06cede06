import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger, checkIntegers, checkNumber, checkNumbers } from '@embedllm/internals';
import type { Engine } from '../engines/engine.js';
import type { LabelledSet } from './labelled-set.js';
import type { IterationProgress } from './solve-direct.js';
import type { ShardedSet } from './training-source.js';

/** What `trainDirect` takes. */
export interface TrainDirectOptions {
  /** In this process's memory, or in shards that add up elsewhere. */
  readonly train: LabelledSet | ShardedSet;
  /** Chooses between strengths and ranks by log loss; without it there must be one of each. */
  readonly validation?: LabelledSet | undefined;
  /**
   * Strengths λ of the ridge to try, in units of `ridgeUnit`.
   *
   * @default 30, 10, 3, ... down to 0.01, ended early when validation gets worse twice in a
   * row; or [1] without validation
   */
  readonly ridges?: readonly number[] | undefined;
  /**
   * What `ridges` are multiplied by, above 0.
   *
   * @default the mean squared length of a centred embedding
   */
  readonly ridgeUnit?: number | undefined;
  /**
   * Degrees κ of pooling to try, 0 (towards zero) to 1 (towards the pool mean, itself free).
   *
   * @default [0, 0.5, 0.9], or [0.5] without validation
   */
  readonly poolings?: readonly number[] | undefined;
  /**
   * Numbers of factors to try, each from 0 to M - 1; larger ones are reduced to the factors available.
   * The model embedding has two more dimensions, for the pool mean and the intercept.
   *
   * @default 0, 1, 2, 3, 4, 6, 8, 12, ... up to M - 1, or all without validation
   */
  readonly ranks?: readonly number[] | undefined;
  /** How strongly intercepts are drawn together, in labels. @default 1 */
  readonly interceptRidge?: number | undefined;
  /** Stop when sqrt(gᵀ H⁻¹ g / labels) falls to this. @default 1e-4 */
  readonly tolerance?: number | undefined;
  /** For each strength. @default 200 */
  readonly maxIterations?: number | undefined;
  /** Where products run. @default what `resolveEngine` finds; disposed of at the end */
  readonly engine?: Engine | undefined;
  /** Questions that one product covers. @default as many as keep a tile within 64 MB */
  readonly tileRows?: number | undefined;
  /** Stops the training; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each iteration of each strength. */
  readonly onProgress?: ((progress: DirectProgress) => void) | undefined;
}

/** Reported after each iteration of each strength. */
export interface DirectProgress extends Progress, IterationProgress {
  readonly ridge: number;
  readonly pooling: number;
}

/** Settings after the defaults, all in range. */
export interface CheckedSettings {
  /** Strong to weak. */
  readonly ridges: readonly number[];
  readonly ridgeUnit: number | undefined;
  readonly poolings: readonly number[];
  readonly ranks: readonly number[];
  readonly interceptRidge: number;
  readonly tolerance: number;
  /** Shards at work at the same time. */
  readonly concurrency: number;
}

const USUAL_CONCURRENCY = 32;
const USUAL_RIDGES = [30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01];

/**
 * Fills in defaults and checks ranges.
 *
 * @throws EmbedLLMError `invalid-argument`, naming the setting and the value.
 */
export function checkSettings(options: TrainDirectOptions, M: number): CheckedSettings {
  const { train, validation, ridgeUnit } = options;
  const ridges = options.ridges ?? (validation ? USUAL_RIDGES : [1]);
  const poolings = options.poolings ?? (validation ? [0, 0.5, 0.9] : [0.5]);
  const ranks = options.ranks ?? (validation ? usualRanks(M - 1) : [M - 1]);
  const interceptRidge = options.interceptRidge ?? 1;
  checkNumbers('ridges', ridges, { above: 0 });
  checkNumber('ridgeUnit', ridgeUnit, { above: 0, optional: true });
  checkNumbers('poolings', poolings, { min: 0, max: 1 });
  checkIntegers('ranks', ranks, { min: 0 });
  const tolerance = options.tolerance ?? 1e-4;
  checkNumber('tolerance', tolerance, { above: 0 });
  checkNumber('interceptRidge', interceptRidge, { min: 0 });
  const concurrency = ('shards' in train ? train.concurrency : undefined) ?? USUAL_CONCURRENCY;
  checkInteger('train.concurrency', concurrency, { min: 1 });
  if (!validation && (ridges.length > 1 || poolings.length > 1 || ranks.length > 1)) {
    throw new EmbedLLMError('Choosing between several strengths or ranks needs a validation set.', {
      code: 'invalid-argument',
    });
  }
  return {
    ridges: [...ridges].sort((a, b) => b - a),
    ridgeUnit,
    poolings,
    ranks,
    interceptRidge,
    tolerance,
    concurrency,
  };
}

/** 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, ... and the largest. */
function usualRanks(largest: number): number[] {
  const ranks = [0, 1];
  for (let power = 2; power <= largest; power *= 2) ranks.push(power, power * 1.5);
  return [...new Set([...ranks.filter((rank) => rank < largest), largest])];
}
