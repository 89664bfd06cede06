import type { PairedDifference } from '@embedllm/core';
import type { ComparedMetric } from '@embedllm/trainer';
import type { ReportInterval } from './section.js';

/** One estimator over all splits. */
export interface ComparisonEntry {
  readonly name: string;
  /** `reference` for bounds and fixed choices, whose probabilities say little. */
  readonly kind: 'estimator' | 'reference';
  /** Names of the fitted predictors, with the settings that validation chose, each once. */
  readonly predictors: readonly string[];
  /** Means over the splits; a metric that cannot be computed is left out. */
  readonly metrics: Readonly<Partial<Record<ComparedMetric, ReportInterval>>>;
  /** This one less the first, paired by split. */
  readonly differences: Readonly<Partial<Record<ComparedMetric, ReportInterval>>>;
  /** Difference in routing from the single best of each split, paired by question over all splits. */
  readonly routingLessSingleBest?: PairedDifference | undefined;
  readonly fitSeconds: number;
}

/** Solver and baselines, refitted on repeated splits. */
export interface ComparisonContent {
  /** How many splits each estimator was fitted and measured on. */
  readonly splits: number;
  readonly seeds?: readonly number[] | undefined;
  /** Whether the encoder was refitted on the training questions of each split. */
  readonly refitted?: boolean | undefined;
  readonly entries: readonly ComparisonEntry[];
}
