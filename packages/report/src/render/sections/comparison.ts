import type { ComparedMetric } from '@embedllm/trainer';
import { intervalChart } from '../../charts/interval-chart.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { ComparisonContent } from '../../content/comparison-content.js';
import { renderFigure } from '../figure.js';
import { formatNumber, formatQuantity } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { differenceCell, intervalCell } from '../interval-cell.js';
import { renderHiddenTable, renderTable } from '../table.js';

const METRICS: readonly (readonly [ComparedMetric, string])[] = [
  ['accuracy', 'accuracy'],
  ['auroc', 'AUROC'],
  ['brierScore', 'Brier'],
  ['logLoss', 'log loss'],
  ['expectedCalibrationError', 'ECE'],
  ['routingAccuracy', 'routing'],
];

/** Solver and baselines over repeated splits. */
export async function renderComparison(content: ComparisonContent, kit: ChartKit): Promise<Html> {
  const { entries, splits, seeds, refitted } = content;
  const charts = [
    await chartOf(
      content,
      kit,
      'routingAccuracy',
      'routing accuracy',
      (name) => name !== 'oracle' && name !== 'random',
    ),
    await chartOf(
      content,
      kit,
      'logLoss',
      'log loss, nats (lower is better)',
      (_, kind) => kind === 'estimator',
    ),
  ];
  const first = entries[0]?.name ?? '';
  return html`<p>Each method is refitted on ${formatQuantity(splits, 'random split')}, 80/10/10 by question within benchmarks${
    seeds ? html` (${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')})` : ''
  }; settings are chosen on the validation part, and figures are from the test part. Intervals are 95%, by bootstrap over splits: they show how stable a figure is over splits of these data. ${refitted ? 'The encoder is refitted on the training questions of each split.' : 'All splits share the question embeddings: a fitted encoder has seen the texts of test questions, but never their labels.'} The routing difference from the single best is paired by question, with an interval over questions: the single best is the best model of the training questions among those asked at least 95% of them.</p>
${charts}${renderTable({
  id: 'comparison-figures',
  caption: `Means over ${formatQuantity(splits, 'split')}, and 95% intervals in brackets.`,
  columns: [
    { title: 'method' },
    ...METRICS.map(([, title]) => ({ title })),
    { title: 'routing vs single best' },
    { title: 'fit, s' },
  ],
  rows: entries.map((entry) => ({
    isOwn: entry.name === first,
    cells: [
      isolated(entry.name),
      ...METRICS.map(([metric]) => intervalCell(entry.metrics[metric])),
      differenceCell(entry.routingLessSingleBest),
      formatNumber(entry.fitSeconds, 2),
    ],
  })),
})}${renderHiddenTable(`Differences to ${first}, and settings chosen`, {
  id: 'comparison-differences',
  caption: `Difference of each method from ${first}, paired by split, with 95% intervals.`,
  columns: [
    { title: 'method' },
    ...METRICS.map(([, title]) => ({ title })),
    { title: 'fitted as', isText: true },
  ],
  rows: entries.slice(1).map((entry) => ({
    cells: [
      isolated(entry.name),
      ...METRICS.map(([metric]) => differenceCell(entry.differences[metric])),
      isolated(entry.predictors.join(', ')),
    ],
  })),
})}`;
}

async function chartOf(
  { entries }: ComparisonContent,
  kit: ChartKit,
  metric: ComparedMetric,
  axis: string,
  isShown: (name: string, kind: ComparisonContent['entries'][number]['kind']) => boolean,
): Promise<Html> {
  const rows = entries.flatMap(({ name, kind, metrics }) => {
    const interval = metrics[metric];
    return interval && isShown(name, kind)
      ? [{ name, interval, highlighted: name === entries[0]?.name }]
      : [];
  });
  if (rows.length === 0) return html``;
  const left = entries.filter(({ name, kind }) => !isShown(name, kind)).map(({ name }) => name);
  return renderFigure(
    `Means over splits with 95% intervals: ${axis}.${left.length > 0 ? ` Only in the table: ${left.join(', ')}.` : ''}`,
    await intervalChart(kit, {
      label: `${axis} of ${rows.length} methods with 95% intervals; see the table below for the figures.`,
      axis,
      rows,
    }),
  );
}
