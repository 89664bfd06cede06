import type { PredictionMetrics } from '@embedllm/core';
import { count, figure } from './format-number.js';
import { formatTable } from './format-table.js';

/** Figures of several parts or categories as a table. */
export function formatMetrics(
  heading: string,
  rows: readonly { readonly name: string; readonly metrics: PredictionMetrics }[],
): string {
  return formatTable(
    [heading, 'labels', 'accuracy', 'AUROC', 'Brier', 'log loss', 'ECE', 'routing'],
    rows.map(({ name, metrics }) => [
      name,
      count(metrics.labels),
      figure(metrics.accuracy),
      figure(metrics.auroc),
      figure(metrics.brierScore),
      figure(metrics.logLoss),
      figure(metrics.expectedCalibrationError),
      figure(metrics.routingAccuracy),
    ]),
  );
}
