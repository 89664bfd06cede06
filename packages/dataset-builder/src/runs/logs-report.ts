import type { SkippedLog } from './log-selection.js';
import type { RunDisagreement } from './older-answers.js';
import type { RunVariants } from './separate-variants.js';
import type { UnmatchedName } from './unmatched-names.js';

/** What became of the runs in logs. */
export interface LogsReport<Run> {
  /** In the order read: by path, and of one model and task the newest first. */
  readonly runs: readonly Run[];
  /** Logs that were not read, each with the reason. */
  readonly skipped: readonly SkippedLog[];
  /** Models and tasks that were run with several settings, which count by themselves. */
  readonly variants: readonly RunVariants[];
  /** Where an older run has another label than the newer: the first 100. */
  readonly disagreements: readonly RunDisagreement[];
  /**
   * Questions of which another run has the same document with its choices in another order, as runs
   * of GPQA with lm-evaluation-harness have: they count as one question, with the text of the run
   * that was read first. 0 with Inspect.
   */
  readonly reordered: number;
  /** Names in options that match nothing: of tasks, files, filters, scores or scorers. */
  readonly unmatched: readonly UnmatchedName[];
}
