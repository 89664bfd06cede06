import type { ReportContent } from '../content/report-content.js';
import { formatCount, formatNumber, formatPercent } from './format.js';
import { type Html, html } from './html.js';

/** The few figures that a reader looks for first. */
export function renderKeyFigures({ provenance, evaluation, costQuality }: ReportContent): Html {
  const { data } = provenance;
  const tiles = [
    tile(
      'Records',
      formatCount(data.labels),
      `${formatCount(data.questions)} questions, ${formatCount(data.models)} models`,
    ),
  ];
  if (evaluation.available) {
    const { rows } = evaluation.content;
    const artifact = rows.find(({ kind }) => kind === 'artifact');
    const best = rows.find(({ name }) => name.startsWith('single best'));
    const oracle = rows.find(({ name }) => name === 'oracle');
    if (artifact) {
      const { differenceToSingleBest: difference } = artifact;
      const verdict = difference ? `${difference.verdict} than the ` : '';
      tiles.push(
        tile(
          'Routing accuracy on test',
          formatNumber(artifact.routingAccuracy.mean, 3),
          `${verdict}single best model ${formatNumber(best?.routingAccuracy.mean, 3)}, oracle ${formatNumber(oracle?.routingAccuracy.mean, 3)}`,
        ),
        tile(
          'AUROC of the probabilities',
          formatNumber(artifact.metrics?.auroc, 3),
          `log loss ${formatNumber(artifact.metrics?.logLoss, 3)}, Brier ${formatNumber(artifact.metrics?.brierScore, 3)}`,
        ),
      );
    }
  }
  if (costQuality.available && costQuality.content.averageQuality) {
    const { router, zeroRouter } = costQuality.content.averageQuality;
    tiles.push(
      tile(
        'Accuracy averaged over cost',
        formatPercent(router),
        `mixtures of single models ${formatPercent(zeroRouter)}`,
      ),
    );
  }
  return html`<dl class="tiles">${tiles}</dl>
`;
}

/** A figure with its name and what it is to be compared with; within `dl class="tiles"`. */
export function tile(name: string, figure: string, aside: string): Html {
  return html`<div><dt>${name}</dt><dd class="figure">${figure}</dd><dd class="aside">${aside}</dd></div>`;
}
