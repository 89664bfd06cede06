import type { PairedDifference, PredictionMetrics } from '@embedllm/core';
import type { ReportInterval } from './section.js';

/** One way to choose a model for each question, measured on the test questions. */
export interface EvaluationRow {
  readonly name: string;
  /** The artifact, another predictor, or a fixed way to choose. */
  readonly kind: 'artifact' | 'predictor' | 'reference';
  /** Left out for ways that predict no probabilities. */
  readonly metrics?: PredictionMetrics | undefined;
  /** Share of test questions answered correctly; interval by bootstrap over questions. */
  readonly routingAccuracy: ReportInterval;
  /** Routing accuracy less that of the single best model, on the questions that both answered. */
  readonly differenceToSingleBest?: PairedDifference | undefined;
  /** Share of the way from the single best to the oracle, where it is better than that. */
  readonly gapClosed?: number | undefined;
  /** Share of the questions that few models got right which went to one of these. */
  readonly rareRightRecall?: number | undefined;
}

/** The artifact on the test questions of one benchmark. */
export interface BenchmarkEvaluation {
  readonly benchmark: string;
  readonly questions: number;
  readonly metrics: PredictionMetrics;
  /** Routing accuracy of the single best model on training and of the oracle. */
  readonly singleBest?: number | undefined;
  readonly oracle: number;
}

/** How well the artifact predicts and routes questions that it was not trained on. */
export interface EvaluationContent {
  readonly questions: number;
  readonly models: number;
  readonly labels: number;
  readonly rows: readonly EvaluationRow[];
  /** How many questions one model or at most a tenth of the models got right. */
  readonly rareRightQuestions?: number | undefined;
  readonly benchmarks: readonly BenchmarkEvaluation[];
  /**
   * Accuracy of routing and of the single best model on categories that were left out of training,
   * as the artifact records it.
   */
  readonly unseen?:
    | { readonly categories: number; readonly routing: number; readonly singleBest: number }
    | undefined;
  /**
   * Whether the artifact records exactly the training part of this split: if it `differs`, it may
   * have been trained on test questions.
   */
  readonly trainingData: 'same' | 'differs';
  /** Models of the data that the artifact does not know, and the other way round. */
  readonly unknownModels: readonly string[];
  readonly unmeasuredModels: readonly string[];
}
