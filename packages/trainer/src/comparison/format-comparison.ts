import type { Interval } from './bootstrap.js';
import type { ComparedMetric, ComparisonRow } from './compare.js';

const COLUMNS: readonly (readonly [ComparedMetric, string])[] = [
  ['accuracy', 'accuracy'],
  ['auroc', 'AUROC'],
  ['brierScore', 'Brier'],
  ['logLoss', 'log loss'],
  ['expectedCalibrationError', 'ECE'],
  ['routingAccuracy', 'routing'],
];

/** The rows as a Markdown table: means, and their 95 % intervals in brackets. */
export function formatComparison(rows: readonly ComparisonRow[]): string {
  const lines = rows.map(({ name, metrics, fitSeconds }) => [
    name,
    ...COLUMNS.map(([metric]) => formatInterval(metrics[metric])),
    fitSeconds.toFixed(2),
  ]);
  const header = ['', ...COLUMNS.map(([, title]) => title), 'fit, s'];
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
