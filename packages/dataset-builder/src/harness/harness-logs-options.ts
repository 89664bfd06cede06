import type { ModelNames } from '../runs/model-names.js';
import type { ReadRunsOptions } from '../runs/read-runs-options.js';
import type { UnnamedRun } from './harness-runs.js';
import type { HarnessSampleOptions } from './harness-sample.js';

/** Options of `readHarnessLogs`. */
export interface ReadHarnessLogsOptions extends HarnessSampleOptions, ReadRunsOptions {
  /**
   * The category of a question: its task, the outermost group of its task as the results files
   * have it (such as `mmlu` for `mmlu_anatomy`), or what a function says.
   *
   * @default 'task'
   */
  readonly category?: 'task' | 'group' | ((task: string) => string) | undefined;
  /**
   * Names for models: by file, as `{ 'run-a/*': 'a' }`, or a function of the run.
   *
   * @default `model_name` of the results file, else the model in its `model_args`, else the folder
   */
  readonly modelName?: ModelNames<UnnamedRun> | undefined;
}
