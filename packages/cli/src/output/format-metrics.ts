import type { PredictionMetrics } from '@embedllm/core';
import { count, figure, formatTable, shareInterval } from '@embedllm/internals';

/** Figures of several parts or categories as a table; in brackets 95% intervals of routing. */
export function formatMetrics(
  heading: string,
  rows: readonly {
    readonly name: string;
    readonly metrics: PredictionMetrics;
    /** How many questions were routed; with it, routing has its interval. */
    readonly questions?: number | undefined;
  }[],
): string {
  return formatTable(
    [heading, 'labels', 'accuracy', 'AUROC', 'Brier', 'log loss', 'ECE', 'routing'],
    rows.map(({ name, metrics, questions }) => [
      name,
      count(metrics.labels),
      figure(metrics.accuracy),
      figure(metrics.auroc),
      figure(metrics.brierScore),
      figure(metrics.logLoss),
      figure(metrics.expectedCalibrationError),
      withInterval(metrics.routingAccuracy, questions),
    ]),
  );
}

function withInterval(share: number, questions: number | undefined): string {
  if (questions === undefined) return figure(share);
  const { lower, upper } = shareInterval(share, questions);
  return `${figure(share)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}
