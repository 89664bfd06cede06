import type { ReadProgress } from '../progress.js';
import type { LogSelection } from '../runs/log-selection.js';
import type { ModelNames } from '../runs/model-names.js';
import type { ReadRunsOptions } from '../runs/read-runs-options.js';
import type { UnnamedRun } from './harness-runs.js';
import type { HarnessSampleOptions } from './harness-sample.js';

/** Options of `readHarnessLogs`. */
export interface ReadHarnessLogsOptions
  extends HarnessSampleOptions,
    LogSelection,
    ReadRunsOptions {
  /**
   * The category of a question: its task, the outermost group of its task as the results files
   * have it (such as `mmlu` for `mmlu_anatomy`), or what a function says.
   *
   * @default 'task'
   */
  readonly category?: 'task' | 'group' | ((task: string) => string) | undefined;
  /**
   * Categories of tasks, by name or pattern; these come before `category`.
   *
   * @default none
   */
  readonly categories?: Readonly<Record<string, string>> | undefined;
  /**
   * Names for models: by file, as `{ 'run-a/*': 'a' }`, or a function of the run.
   *
   * @default `model_name` of the results file, else the model in its `model_args`, else the folder
   */
  readonly modelName?: ModelNames<UnnamedRun> | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest line accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk taken from the disk (256 KiB at most) and once at the end. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}
