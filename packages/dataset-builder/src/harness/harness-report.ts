import type { LogsDataset } from '../runs/collected-runs.js';
import type { RunCounts } from '../runs/run-sample.js';
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

/** A dataset with what its import found. */
export type HarnessDataset = LogsDataset<HarnessRunReport>;

/** What an import of logs found. */
export type HarnessReport = HarnessDataset['report'];
