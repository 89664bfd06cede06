import type { PairedDifference } from '@embedllm/core';
import type { AccuracyFallback, RoutingGuard } from '@embedllm/core/familiarity';

/** What routing did on a category that was left out of training. */
export interface UnseenCategory {
  readonly category: string;
  /** How many of its questions both routing and the single best model can be judged on. */
  readonly questions: number;
  /** Accuracies on these questions. */
  readonly routing: number;
  readonly singleBest: number;
  /** `routing` with the guard. */
  readonly guarded: number;
  /** In nats, of all labels of the category, with the fallback. */
  readonly logLoss: number;
  /** The same of the models' plain accuracies. */
  readonly modelMeansLogLoss: number;
}

/** What routing would do on kinds of question that training never saw; plain JSON. */
export interface UnseenStudy {
  readonly categories: readonly UnseenCategory[];
  /** Means over the categories, each of equal weight. */
  readonly routing: number;
  readonly singleBest: number;
  readonly guarded: number;
  /** Routing minus the single best, paired by question over all categories. */
  readonly difference: PairedDifference | undefined;
  readonly guardedDifference: PairedDifference | undefined;
  /** The guard that routes best here and on validation together, of those of which no harm shows here. */
  readonly guard: RoutingGuard;
  /**
   * How predictions of unfamiliar questions fall back on mean accuracies, where that helps and
   * there are validation questions: all figures here are with it.
   */
  readonly fallback?: AccuracyFallback | undefined;
  /** Accuracies on the validation questions, where they are given. */
  readonly validation?:
    | { readonly routing: number; readonly singleBest: number; readonly guarded: number }
    | undefined;
  /** Trainings that this took, and their wall time in seconds. */
  readonly trainings: number;
  readonly seconds: number;
}
