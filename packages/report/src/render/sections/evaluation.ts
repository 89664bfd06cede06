import { describeVerdict } from '@embedllm/core';
import { intervalChart } from '../../charts/interval-chart.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { EvaluationContent } from '../../content/evaluation-content.js';
import { renderFigure } from '../figure.js';
import {
  formatCount,
  formatDifference,
  formatNumber,
  formatPercent,
  formatQuantity,
} from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { differenceCell, intervalCell } from '../interval-cell.js';
import { renderHiddenTable, renderTable } from '../table.js';

/** How well the artifact predicts and routes the test questions. */
export async function renderEvaluation(content: EvaluationContent, kit: ChartKit): Promise<Html> {
  const { rows, benchmarks } = content;
  // The oracle is far from all others: with it, their differences could not be seen.
  const charted = rows.filter(({ name }) => name !== 'oracle' && name !== 'random model');
  const bounds = rows.filter((row) => !charted.includes(row));
  const chart = await intervalChart(kit, {
    label: `Routing accuracy on ${formatCount(content.questions)} test questions with 95% intervals; see the table below for the figures.`,
    axis: 'routing accuracy',
    rows: charted.map(({ name, kind, routingAccuracy }) => ({
      name,
      interval: routingAccuracy,
      highlighted: kind === 'artifact',
    })),
  });
  return html`<p>${formatQuantity(content.questions, 'test question')} with ${formatQuantity(content.labels, 'label')} of ${formatQuantity(content.models, 'model')}. No settings were chosen on them.</p>
${verdict(content)}${unseen(content)}${trainingData(content)}${others(content)}${renderFigure(
  html`Routing accuracy: the share of questions that the chosen model, among those that were asked, answers correctly. Lines are 95% intervals by bootstrap over questions. ${
    bounds.length === 0
      ? ''
      : `Not drawn: ${bounds.map(({ name, routingAccuracy }) => `${name} ${formatNumber(routingAccuracy.mean, 3)}`).join(', ')}.`
  }`,
  chart,
)}${renderTable({
  id: 'evaluation-figures',
  caption: `The columns from accuracy to ECE measure the predicted probability that a model answers a question correctly; routing measures the chosen model. Brackets are 95% bootstrap intervals over questions; differences are paired, on the questions the single best model was asked, with 95% intervals for paired proportions. That model is chosen on training questions, among those asked at least 95% of them. A share of the gap to the oracle is given only where the difference is clearly above 0. Rare right: of the ${formatQuantity(content.rareRightQuestions ?? 0, 'question')} that one model or at most a tenth of the models got right, the share that went to one of these.`,
  columns: [
    { title: 'router' },
    { title: 'accuracy' },
    { title: 'AUROC' },
    { title: 'Brier' },
    { title: 'log loss' },
    { title: 'ECE' },
    { title: 'routing' },
    { title: 'vs single best' },
    { title: 'gap closed' },
    { title: 'rare right' },
  ],
  rows: rows.map((row) => ({
    isOwn: row.kind === 'artifact',
    cells: [
      isolated(row.name),
      formatNumber(row.metrics?.accuracy, 4),
      formatNumber(row.metrics?.auroc, 4),
      formatNumber(row.metrics?.brierScore, 4),
      formatNumber(row.metrics?.logLoss, 4),
      formatNumber(row.metrics?.expectedCalibrationError, 4),
      intervalCell(row.routingAccuracy),
      differenceCell(row.differenceToSingleBest),
      formatPercent(row.gapClosed),
      formatPercent(row.rareRightRecall),
    ],
  })),
})}${renderHiddenTable('By benchmark', {
  id: 'evaluation-benchmarks',
  caption: 'The artifact on the test questions of each benchmark.',
  columns: [
    { title: 'benchmark' },
    { title: 'questions' },
    { title: 'accuracy' },
    { title: 'AUROC' },
    { title: 'Brier' },
    { title: 'log loss' },
    { title: 'routing' },
    { title: 'single best' },
    { title: 'oracle' },
  ],
  rows: benchmarks.map((row) => ({
    cells: [
      isolated(row.benchmark),
      formatCount(row.questions),
      formatNumber(row.metrics.accuracy, 4),
      formatNumber(row.metrics.auroc, 4),
      formatNumber(row.metrics.brierScore, 4),
      formatNumber(row.metrics.logLoss, 4),
      formatNumber(row.metrics.routingAccuracy, 4),
      formatNumber(row.singleBest, 4),
      formatNumber(row.oracle, 4),
    ],
  })),
})}`;
}

/** What the artifact's difference to the single best says, in words. */
function verdict({ rows }: EvaluationContent): Html {
  const difference = rows.find(({ kind }) => kind === 'artifact')?.differenceToSingleBest;
  if (!difference) return html``;
  const { questions, mean, lower, upper } = difference;
  return html`<p>Routing with the artifact is <strong>${describeVerdict(difference.verdict, 'the single best model')}</strong>: ${formatDifference(mean, 4)} [${formatDifference(lower, 3)}, ${formatDifference(upper, 3)}] on the ${formatQuantity(questions, 'question')} that this model was asked.</p>
`;
}

/** What routing would do on kinds of question that training never saw. */
function unseen({ unseen: figures }: EvaluationContent): Html {
  if (!figures) return html``;
  return html`<p>On a kind of question it has never seen (${formatQuantity(figures.categories, 'benchmark')} left out of training in turn or a few at a time), routing would be right on ${formatPercent(figures.routing)} and the single best model on ${formatPercent(figures.singleBest)}.</p>
`;
}

function trainingData({ trainingData: match }: EvaluationContent): Html {
  return match === 'same'
    ? html`<p class="note">Checked: the artifact records the fingerprint of exactly the training part of this split.</p>
`
    : html`<p><span class="warning">Warning:</span> the artifact's fingerprint is not that of the training part of this split. If it was trained on test questions, the figures below are too optimistic.</p>
`;
}

function others({ unknownModels, unmeasuredModels }: EvaluationContent): Html {
  const list = (names: readonly string[]): Html =>
    html`${names.map((name, index) => html`${index > 0 ? ', ' : ''}<bdi>${name}</bdi>`)}`;
  return html`${
    unknownModels.length > 0
      ? html`<p class="note">Excluded because the artifact does not contain them: ${list(unknownModels)}.</p>
`
      : ''
  }${
    unmeasuredModels.length > 0
      ? html`<p class="note">Excluded because they have no labels in these data: ${list(unmeasuredModels)}.</p>
`
      : ''
  }`;
}
