import type { Progress } from '@embedllm/core';
import type { LogSelection } from './log-selection.js';
import type { RepeatPolicy } from './repeated-answers.js';

/** What to do with logs of runs that did not end well, or that lack samples. */
export type IncompleteLogs = 'refuse' | 'skip' | 'take';

/** What to do with several runs of one model on one task. */
export type RunsRule = 'merge' | 'newest' | 'refuse';

/** How the runs in a folder of logs become labels; the same for every tool. */
export interface ReadRunsOptions extends LogSelection {
  /**
   * What to do with several runs of one model on one task with the same settings. `merge`: the newest
   * answer to each question counts, and older runs fill in what newer ones did not ask; `newest`: the
   * newest run alone counts; `refuse`: an error. The report has what each run brought.
   *
   * @default 'merge'
   */
  readonly runs?: RunsRule | undefined;
  /**
   * Whether runs of one model on one task with other settings (arguments, quantization, reasoning
   * effort, solved examples) count by themselves, as `model (setting=value)` or
   * `task (setting=value)`, or are taken for runs like any other.
   *
   * @default 'separate'
   */
  readonly variants?: 'separate' | 'ignore' | undefined;
  /**
   * What to do with logs of runs that were cancelled, failed or continue, with logs that have fewer
   * samples than their results say, and with samples of lm-evaluation-harness whose last line is cut
   * off: an error, leave them out, or take the samples they have.
   *
   * @default 'refuse'
   */
  readonly incomplete?: IncompleteLogs | undefined;
  /**
   * What becomes of a question that one run asked several times with different outcomes.
   *
   * @default 'refuse'
   */
  readonly onConflict?: RepeatPolicy | undefined;
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  /** Categories of tasks, by name or pattern; these come before `category`. @default none */
  readonly categories?: Readonly<Record<string, string>> | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest sample accepted, in bytes. @default 16 MiB, of Inspect 256 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk taken from the disk (256 KiB at most) and once at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
