import type {
  Artifact,
  EvaluationDataset,
  Matrix,
  Progress,
  QuestionEncoder,
  QuestionSplit,
} from '@embedllm/core';
import type { ComparisonRow, Engine, Estimator, Predictor } from '@embedllm/trainer';
import type { RecordQuality } from '../content/quality-content.js';

/** The sections of a report that are collected one after the other. */
export type ReportSectionName =
  | 'evaluation'
  | 'comparison'
  | 'calibration'
  | 'costQuality'
  | 'modelMap'
  | 'forecasts'
  | 'routing';

/** A way to predict that is measured next to the artifact on the test questions. */
export interface ReportPredictor {
  readonly predictor: Predictor;
  /** Embeddings of all questions of the data, shape [Q, D]. @default those of the report */
  readonly embeddings?: Matrix | undefined;
}

/** How the comparison over repeated splits is made. */
export interface ReportComparison {
  /** @default the direct solver, k-NN, category means, model means, single best, random, oracle */
  readonly estimators?: readonly Estimator[] | undefined;
  /** One split each. @default 0 to 4 */
  readonly seeds?: readonly number[] | undefined;
  /**
   * What makes embeddings of all questions for a split, from its training questions: for an
   * encoder that is fitted. @default those of the report, for all splits
   */
  readonly embeddings?: ((split: QuestionSplit, seed: number) => Promise<Matrix>) | undefined;
}

/** What an import read: fields of the reports of `@embedllm/dataset-builder`. */
export interface ReportImport {
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  /** Records that repeated a label and were dropped. */
  readonly duplicates: number;
}

/** What `collectReport` takes. Only the data are needed; what is left out is said in the report. */
export interface CollectReportOptions {
  readonly dataset: EvaluationDataset;
  /** The title of the report. @default 'Evaluation report' */
  readonly title?: string | undefined;
  /** What the data are called. @default 'unnamed data' */
  readonly dataName?: string | undefined;
  /** The artifact that the report is about. */
  readonly artifact?: Artifact | undefined;
  /** Which questions it was trained on, its settings were chosen on, and are new to it. */
  readonly split?: QuestionSplit | undefined;
  /** Where the split comes from, such as `80/10/10, seed 0`. @default 'as given' */
  readonly splitName?: string | undefined;
  /** Embeddings of all questions by the artifact's encoder, shape [Q, D]. */
  readonly embeddings?: Matrix | undefined;
  /** The artifact's encoder: encodes the questions where there are no embeddings, and `examples`. */
  readonly encoder?: QuestionEncoder | undefined;
  /** What `inspectQuality` of `@embedllm/dataset-builder` found in the records. */
  readonly quality?: RecordQuality | undefined;
  /** What the import found, such as the report that `readEmbedLLM` returns. */
  readonly importReport?: ReportImport | undefined;
  /** Measured next to the artifact; fitted without the test questions. @default none */
  readonly predictors?: readonly ReportPredictor[] | undefined;
  /** What to compare over repeated splits, or rows of `compare()`; `false` for no comparison. @default {} */
  readonly comparison?: ReportComparison | readonly ComparisonRow[] | false | undefined;
  /** Texts to route. @default none */
  readonly examples?: readonly string[] | undefined;
  /** How many test questions are drawn and routed, from 0. @default 5 */
  readonly drawnExamples?: number | undefined;
  /**
   * For how many benchmarks, largest first, embeddings are trained without them to forecast them;
   * 0 for none. @default 10
   */
  readonly heldOutBenchmarks?: number | undefined;
  /** Draws of examples, resampling and permutations; an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  /** Where products run. @default what `resolveEngine` finds; disposed of at the end */
  readonly engine?: Engine | undefined;
  /** When the report is made. @default now */
  readonly date?: Date | undefined;
  /** Stops between two steps; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the progress so far. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
