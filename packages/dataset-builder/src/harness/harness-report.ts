import type { EvaluationDataset } from '@embedllm/core';
import type { ImportReport } from '../embedllm/import-report.js';
import type { SkippedLog } from '../runs/log-selection.js';
import type { RunDisagreement } from '../runs/run-labels.js';
import type { RunCounts } from '../runs/run-sample.js';
import type { RunVariants } from '../runs/separate-variants.js';
import type { HarnessRun } from './harness-runs.js';

/** What was read from one run, and what became of it. */
export interface HarnessRunReport extends HarnessRun, Readonly<RunCounts> {
  /** Samples read with the filter in use. */
  readonly samples: number;
  /** The filter in use. */
  readonly filter: string;
  /** The score in use. */
  readonly metric: string;
  /** Filters in the file that are not in use. */
  readonly otherFilters: readonly string[];
  /** Scores that are not in use although they could be, where none was asked for: `acc_norm`. */
  readonly otherMetrics: readonly string[];
  /** Samples without a score (NaN). */
  readonly unscored: number;
  /** File of the newer run that comes before this one, if there is one. */
  readonly supersededBy: string | undefined;
}

/** What an import of logs found. */
export interface HarnessReport extends ImportReport {
  /** In the order read: by path, and of one model and task the newest first. */
  readonly runs: readonly HarnessRunReport[];
  /** Where an older run has another label than the newer: the first 100. */
  readonly disagreements: readonly RunDisagreement[];
  /** Logs that were not read, each with the reason. */
  readonly skipped: readonly SkippedLog[];
  /** Models and tasks that were run with several settings, which count by themselves. */
  readonly variants: readonly RunVariants[];
  /**
   * Questions of which another run has the same document with its choices in another order, as runs
   * of GPQA have: they count as one question, with the text of the run that was read first.
   */
  readonly reordered: number;
}

/** A dataset with what its import found. */
export interface HarnessDataset extends EvaluationDataset {
  readonly report: HarnessReport;
}
