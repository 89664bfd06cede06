import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { ColumnOptions } from '../../inputs/column-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { LogOptions } from '../../inputs/log-options.js';
import type { VerdictFileOptions } from '../../output/verdict-file-options.js';

/** Options of `embedllm forecast`. */
export interface ForecastOptions
  extends DataOptions,
    LogOptions,
    ColumnOptions,
    ClusterOptions,
    VerdictFileOptions {
  /** Marked answers of the model: a table, or logs of lm-evaluation-harness or Inspect. */
  readonly answers?: string | undefined;
  /** Name of the model; one of the dataset brings its own answers. */
  readonly model?: string | undefined;
  /** Whether the answered questions are a random sample. @default 'random' */
  readonly sample: 'random' | 'chosen';
  /** Probability that an interval holds; `require` judges the same intervals. @default 0.95 */
  readonly confidence: number;
  /** Accuracies that are required, as `gsm8k>=0.8`; also `micro` and `macro`. */
  readonly require?: readonly string[] | undefined;
  /** Answers that a verdict needs on its benchmark; for `micro` and `macro` in total. @default 20 */
  readonly minAnswers?: number | undefined;
  /** Choose so many questions to ask next. */
  readonly next?: number | undefined;
  /** Benchmarks that the next questions are for. @default all */
  readonly benchmarks?: readonly string[] | undefined;
  /** File for the next questions in the form of `lm_eval --samples`. */
  readonly samples?: string | undefined;
  /** Harness logs that say where the questions of the dataset are. */
  readonly logs?: string | undefined;
  /** Vectors of the questions, so that those without answers are known by their text. */
  readonly embeddings?: string | undefined;
  /** Number of abilities. @default chosen on left-out models */
  readonly abilities?: number | undefined;
}
