import type { LogsDataset } from '../runs/collected-runs.js';
import type { RunOutcome } from '../runs/run-sample.js';
import type { HarnessRun } from './harness-runs.js';

/** What was read from one run. */
export interface HarnessRead {
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
}

/** What was read from one run, and what became of it. */
export interface HarnessRunReport extends RunOutcome, HarnessRun, HarnessRead {}

/** A dataset with what its import found. */
export type HarnessDataset = LogsDataset<HarnessRunReport>;

/** What an import of logs found. */
export type HarnessReport = HarnessDataset['report'];
