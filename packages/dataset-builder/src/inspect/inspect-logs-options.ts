import type { ModelNames } from '../runs/model-names.js';
import type { ReadRunsOptions } from '../runs/read-runs-options.js';
import type { InspectRun } from './inspect-run.js';
import type { InspectScoreOptions } from './inspect-score.js';
import type { EpochReducer } from './reduce-epochs.js';

/** Options of `readInspectLogs`. */
export interface ReadInspectLogsOptions extends InspectScoreOptions, ReadRunsOptions {
  /**
   * How the scores of several epochs of a question become one, before the threshold. Epochs without
   * a score do not count.
   *
   * @default 'mean', Inspect's own default
   */
  readonly epochs?: EpochReducer | undefined;
  /**
   * What identifies a question besides its task: its id in the log, or the content of its input,
   * choices and target, for datasets whose ids are positions in an order that changes.
   *
   * @default 'id'
   */
  readonly questionId?: 'id' | 'content' | undefined;
  /** The category of a question: its task, its dataset's name, or what a function says. @default 'task' */
  readonly category?: 'task' | 'dataset' | ((run: InspectRun) => string) | undefined;
  /**
   * Names for models: by file, as `{ 'run-a/*': 'a' }`, or a function of the run.
   *
   * @default the model in the log
   */
  readonly modelName?: ModelNames<InspectRun> | undefined;
}
