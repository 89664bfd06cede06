import type { PredictionMetrics } from '@embedllm/core';

/** Test figures over some repetitions. */
export interface FigureSummary {
  /** Mean over repetitions. */
  readonly accuracy: number;
  /** Standard deviation over repetitions; 0 for a single one. */
  readonly accuracyDeviation: number;
  /** Mean over repetitions; `undefined` when the labels are all correct or all incorrect. */
  readonly auroc: number | undefined;
  /** Mean over repetitions. */
  readonly logLoss: number;
  /** Mean over repetitions. */
  readonly routingAccuracy: number;
  /** Each repetition, in order. */
  readonly repetitions: readonly PredictionMetrics[];
}

export function summarizeFigures(repetitions: readonly PredictionMetrics[]): FigureSummary {
  const n = repetitions.length;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const accuracies = repetitions.map((figures) => figures.accuracy);
  const accuracy = mean(accuracies);
  const squares = accuracies.reduce((sum, value) => sum + (value - accuracy) ** 2, 0);
  const aurocs = repetitions.flatMap(({ auroc }) => (auroc === undefined ? [] : [auroc]));
  return {
    accuracy,
    accuracyDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    auroc: aurocs.length === n ? mean(aurocs) : undefined,
    logLoss: mean(repetitions.map((figures) => figures.logLoss)),
    routingAccuracy: mean(repetitions.map((figures) => figures.routingAccuracy)),
    repetitions,
  };
}
