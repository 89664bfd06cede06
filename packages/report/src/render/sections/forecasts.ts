import { forecastChart } from '../../charts/forecast-chart.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { ForecastContent } from '../../content/forecast-content.js';
import { renderPanels } from '../figure.js';
import { formatCount, formatDifference, formatNumber, formatPercent } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { renderTable } from '../table.js';

/** More charts than this are a wall; the tables have all. */
const MOST_PANELS = 12;

/** Benchmark accuracies, forecast and observed. */
export function renderForecasts(content: ForecastContent, kit: ChartKit): Html {
  return html`${fromTexts(content, kit)}${fromEmbeddings(content, kit)}${content.notes.map(
    (note) => html`<p class="note">${note}</p>
`,
  )}`;
}

function fromTexts({ fromTexts: benchmarks, overall }: ForecastContent, kit: ChartKit): Html {
  const shown = largest(benchmarks, ({ questions }) => questions);
  return html`<h3>From the texts of the questions</h3>
<p>The mean predicted probability over a benchmark's test questions forecasts the accuracy of each model on them. The horizontal axis is the forecast and the vertical axis the observed accuracy, with a dot per model; on the dashed line they agree. Lines are 95% intervals for the sampling of the labels alone, without errors of the probabilities: ${formatPercent(overall.coverage)} of ${formatCount(overall.pairs)} observed accuracies lie within them. Mean absolute error: <strong>${formatNumber(100 * overall.meanAbsoluteError, 1)} points</strong>.</p>
${renderPanels(
  shown.map(({ benchmark, pairs, meanAbsoluteError, spearman }) => ({
    title: benchmark,
    chart: forecastChart(kit, {
      label: `Forecast and observed accuracy on ${benchmark}, ${pairs.length} models; mean absolute error ${formatNumber(100 * meanAbsoluteError, 1)} points.`,
      pairs,
      series: 0,
    }),
    note: `error ${formatNumber(100 * meanAbsoluteError, 1)} points, ρ = ${formatNumber(spearman, 2)}`,
  })),
)}${allShown(shown.length, benchmarks.length)}${renderTable({
  id: 'forecast-texts',
  caption:
    'Errors over models, in points; bias is above 0 if forecasts are too high; Spearman is the rank correlation of the models.',
  columns: [
    { title: 'benchmark' },
    { title: 'questions' },
    { title: 'models' },
    { title: 'mean error' },
    { title: 'bias' },
    { title: 'Spearman' },
    { title: 'in interval' },
  ],
  rows: benchmarks.map((row) => ({
    cells: [
      isolated(row.benchmark),
      formatCount(row.questions),
      formatCount(row.pairs.length),
      formatNumber(100 * row.meanAbsoluteError, 1),
      formatDifference(100 * row.bias, 1),
      formatNumber(row.spearman, 2),
      formatPercent(row.coverage, 0),
    ],
  })),
})}`;
}

function fromEmbeddings({ fromEmbeddings: benchmarks }: ForecastContent, kit: ChartKit): Html {
  if (benchmarks.length === 0) return html``;
  const shown = largest(benchmarks, ({ pairs }) => pairs.length);
  return html`<h3>From embeddings trained without the benchmark</h3>
<p>Model embeddings are trained on all other benchmarks, then a linear regression forecasts the accuracy on this one, each model left out in turn (Zhuang et al., arXiv 2410.02223). R² is relative to the mean of the other models; p is by permutation of the models.</p>
${renderPanels(
  shown.map(({ benchmark, pairs, rSquared, meanAbsoluteError }) => ({
    title: benchmark,
    chart: forecastChart(kit, {
      label: `Accuracy on ${benchmark}, forecast from embeddings trained without it, and observed; R² ${formatNumber(rSquared, 2)}.`,
      pairs,
      series: 1,
    }),
    note: `R² = ${formatNumber(rSquared, 2)}, error ${formatNumber(100 * meanAbsoluteError, 1)} points`,
  })),
)}${allShown(shown.length, benchmarks.length)}${renderTable({
  id: 'forecast-embeddings',
  caption: 'Forecasts of left-out models on a left-out benchmark.',
  columns: [
    { title: 'benchmark' },
    { title: 'models' },
    { title: 'R²' },
    { title: 'mean error' },
    { title: 'Spearman' },
    { title: 'p' },
  ],
  rows: benchmarks.map((row) => ({
    cells: [
      isolated(row.benchmark),
      formatCount(row.pairs.length),
      formatNumber(row.rSquared, 2),
      formatNumber(100 * row.meanAbsoluteError, 1),
      formatNumber(row.spearman, 2),
      formatNumber(row.pValue, 3),
    ],
  })),
})}`;
}

function largest<Row>(rows: readonly Row[], size: (row: Row) => number): readonly Row[] {
  if (rows.length <= MOST_PANELS) return rows;
  return [...rows].sort((a, b) => size(b) - size(a)).slice(0, MOST_PANELS);
}

function allShown(shown: number, all: number): Html {
  return shown === all
    ? html``
    : html`<p class="note">Charts show the ${shown} largest of ${all} benchmarks; the table lists all.</p>
`;
}
