import type { PairedDifference } from '@embedllm/core';
import type { Interval } from './bootstrap.js';
import type { ComparisonRow } from './compare.js';
import type { ComparedMetric } from './compared-metrics.js';

const COLUMNS: readonly (readonly [ComparedMetric, string])[] = [
  ['accuracy', 'accuracy'],
  ['auroc', 'AUROC'],
  ['brierScore', 'Brier'],
  ['logLoss', 'log loss'],
  ['expectedCalibrationError', 'ECE'],
  ['routingAccuracy', 'routing'],
];

/**
 * The rows as a Markdown table: means, and their 95% intervals in brackets. Behind them how much
 * more accurate routing is than always asking the single best model of the training questions.
 */
export function formatComparison(rows: readonly ComparisonRow[]): string {
  const lines = rows.map(({ name, metrics, routingLessSingleBest, fitSeconds }) => [
    name,
    ...COLUMNS.map(([metric]) => formatInterval(metrics[metric])),
    formatPaired(routingLessSingleBest),
    fitSeconds.toFixed(2),
  ]);
  const header = ['', ...COLUMNS.map(([, title]) => title), 'vs single best', 'fit, s'];
  return [header, header.map((_, index) => (index === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function formatInterval({ mean, lower, upper }: Interval): string {
  if (!Number.isFinite(mean)) return 'n/a';
  const range =
    lower === undefined || upper === undefined ? '' : ` [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
  return `${mean.toFixed(4)}${range}`;
}

function formatPaired(difference: PairedDifference | undefined): string {
  if (!difference) return 'n/a';
  const { mean, lower, upper, verdict } = difference;
  return `${mean.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}], ${verdict}`;
}
