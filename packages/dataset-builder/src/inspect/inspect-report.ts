import type { LogsDataset } from '../runs/collected-runs.js';
import type { RunOutcome } from '../runs/run-sample.js';
import type { InspectRun } from './inspect-run.js';
import type { InspectCounts } from './read-inspect-log.js';

/** What was read from one log. */
export interface InspectRead extends InspectCounts {
  /** The scorer in use; empty where no sample has a score. */
  readonly scorer: string;
}

/** What was read from one log, and what became of it. */
export interface InspectRunReport extends RunOutcome, InspectRun, InspectRead {}

/** A dataset with what its import found. */
export type InspectDataset = LogsDataset<InspectRunReport>;

/** What an import of logs found. */
export type InspectReport = InspectDataset['report'];
