import type { EvaluationDataset } from '@embedllm/core';
import type { ImportReport } from '../embedllm/import-report.js';
import type { SkippedLog } from '../runs/log-selection.js';
import type { RunDisagreement } from '../runs/run-labels.js';
import type { RunCounts } from '../runs/run-sample.js';
import type { RunVariants } from '../runs/separate-variants.js';
import type { InspectRun } from './inspect-run.js';
import type { InspectCounts } from './read-inspect-log.js';

/** What was read from one log, and what became of it. */
export interface InspectRunReport extends InspectRun, InspectCounts, Readonly<RunCounts> {
  /** The scorer in use; empty where no sample has a score. */
  readonly scorer: string;
  /** File of the newer run that comes before this one, if there is one. */
  readonly supersededBy: string | undefined;
}

/** What an import of logs found. */
export interface InspectReport extends ImportReport {
  /** In the order read: by path, and of one model and task the newest first. */
  readonly runs: readonly InspectRunReport[];
  /** Logs that were not read, each with the reason. */
  readonly skipped: readonly SkippedLog[];
  /** Models and tasks that were run with several settings, which count by themselves. */
  readonly variants: readonly RunVariants[];
  /** Where an older run has another label than the newer: the first 100. */
  readonly disagreements: readonly RunDisagreement[];
}

/** A dataset with what its import found. */
export interface InspectDataset extends EvaluationDataset {
  readonly report: InspectReport;
}
