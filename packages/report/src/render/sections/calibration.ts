import { reliabilityChart } from '../../charts/reliability-chart.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { CalibrationContent, Reliability } from '../../content/calibration-content.js';
import { renderFigure, renderPanels } from '../figure.js';
import { formatCount, formatNumber, formatQuantity } from '../format.js';
import { type Html, html } from '../html.js';
import { renderHiddenTable } from '../table.js';

const LARGE = 380;
const SMALL = 200;

/** Whether answers come out right as often as predicted. */
export function renderCalibration(content: CalibrationContent, kit: ChartKit): Html {
  const { overall, worst } = content;
  return html`<p>Test labels in ten bins of predicted probability. On the dashed line, predictions match observations; above it, models do better than predicted. Larger dots hold more labels, lines are 95% intervals of the observed share (Wilson; labels of one question are not independent, so they are somewhat too narrow).</p>
<p>${calibrationState(content)} Expected calibration error over these bins: <strong>${formatNumber(overall.calibrationError, 4)}</strong>; with this many labels, perfectly calibrated probabilities would show ${formatNumber(overall.errorByChance, 4)}.</p>
${renderFigure(
  `All models, ${formatQuantity(overall.labels, 'label')}.`,
  html`<div class="panel large">${reliabilityChart(kit, {
    label: `Observed share of correct answers by predicted probability, all models; calibration error ${formatNumber(overall.calibrationError, 3)}. See the table below for the figures.`,
    reliability: overall,
    size: LARGE,
  })}</div>`,
)}${binTable('calibration-overall', 'Figures of this chart', overall)}${
  worst.length === 0
    ? html`<p class="note">No model has the ${content.minimumLabels} test labels needed for a chart of its own.</p>`
    : html`<h3>Worst-calibrated models</h3>
<p>The ${formatQuantity(worst.length, 'model')} of ${formatCount(content.rankedModels)} (with at least ${content.minimumLabels} test labels) whose calibration error is furthest above what chance gives. They were picked for it: some of it is luck.</p>
${renderPanels(
  worst.map((reliability) => ({
    title: reliability.name,
    chart: reliabilityChart(kit, {
      label: `Calibration of ${reliability.name}; error ${formatNumber(reliability.calibrationError, 3)}.`,
      reliability,
      size: SMALL,
    }),
    note: `ECE ${formatNumber(reliability.calibrationError, 3)}, by chance ${formatNumber(reliability.errorByChance, 3)}; ${formatQuantity(reliability.labels, 'label')}`,
  })),
)}`
}`;
}

function calibrationState({ calibrated, uncalibratedError }: CalibrationContent): string {
  return calibrated
    ? `The probabilities use the artifact's fitted calibration; without it, the error would be ${formatNumber(uncalibratedError, 4)}.`
    : 'The artifact has no fitted calibration, so these are the raw probabilities of the model.';
}

function binTable(id: string, summary: string, { name, bins }: Reliability): Html {
  return renderHiddenTable(summary, {
    id,
    caption: `Predicted and observed, ${name}.`,
    columns: [
      { title: 'mean prediction' },
      { title: 'observed' },
      { title: 'from' },
      { title: 'to' },
      { title: 'labels' },
    ],
    rows: bins.map((bin) => ({
      cells: [
        ...[bin.predicted, bin.observed, bin.lower, bin.upper].map((value) =>
          formatNumber(value, 3),
        ),
        formatCount(bin.labels),
      ],
    })),
  });
}
