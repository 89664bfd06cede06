import { costQualityChart } from '../../charts/cost-quality-chart.js';
import { lineKey, markKey } from '../../charts/keys.js';
import type { ChartKit } from '../../charts/responsive-chart.js';
import type { CostQualityContent } from '../../content/cost-quality-content.js';
import { renderFigure } from '../figure.js';
import { formatCostPerThousand, formatNumber, formatPercent, formatQuantity } from '../format.js';
import { type Html, html, isolated } from '../html.js';
import { renderHiddenTable, renderTable } from '../table.js';
import { seriesColor, themeColor } from '../theme.js';

/** What routing costs and achieves against single models. */
export async function renderCostQuality(content: CostQualityContent, kit: ChartKit): Promise<Html> {
  const { best, averageQuality } = content;
  const chart = await costQualityChart(kit, {
    label:
      "Share of correct answers against expected cost: the router's settings, single models and their mixtures. See the tables below for the figures.",
    content,
  });
  const legend = html`<ul class="legend" aria-label="Marks"><li>${lineKey(kit, seriesColor(0), 'solid')} router</li><li>${lineKey(kit, themeColor('muted'), 'dashed')} mixtures of single models</li><li>${markKey(kit, themeColor('muted'), 'square')} single models</li></ul>`;
  return html`<p>Cost is the list price of input and output tokens times the usual answer length, over ${formatQuantity(content.models.length, 'model')} that answered ${formatPercent(content.minimumCoverage, 0)} of ${formatQuantity(content.questions, 'test question')} or more. The router maximises probability minus λ times cost. Its λ settings are those on the convex hull of the validation questions; their costs and accuracies are measured on the test questions. The hull of the single models is drawn on the test questions themselves, which favours it.</p>
${
  averageQuality
    ? html`<p>Between ${formatCostPerThousand(averageQuality.fromUsd)} and ${formatCostPerThousand(averageQuality.toUsd)} for 1,000 questions, the average accuracy of the points' convex hulls (AIQ, <a href="#reference-aiq">RouterBench</a>) is <strong>${formatPercent(averageQuality.router)}</strong> for the router and ${formatPercent(averageQuality.zeroRouter)} for mixtures of single models. <bdi>${best.label}</bdi>, the single best model of the training questions, reaches ${formatPercent(best.quality)} for ${formatCostPerThousand(best.costUsd)}.</p>
`
    : ''
}${against(content)}${renderFigure('Up and to the left is better.', html`${chart}${legend}`)}${renderTable(
  {
    id: 'cost-router',
    caption: `Settings of the router, by cost; relative cost is to ${best.label}.`,
    columns: [
      { title: 'setting' },
      { title: 'cost of 1,000' },
      { title: 'relative cost' },
      { title: 'correct' },
      { title: 'asks most', isText: true },
    ],
    rows: content.router.map((point) => ({
      cells: [
        point.label,
        formatCostPerThousand(point.costUsd),
        best.costUsd > 0 ? formatPercent(point.costUsd / best.costUsd) : formatNumber(undefined, 1),
        formatPercent(point.quality),
        html`${point.traffic.map(
          ({ model, share }, index) =>
            html`${index > 0 ? ', ' : ''}<bdi>${model}</bdi> ${formatPercent(share, 0)}`,
        )}`,
      ],
    })),
  },
)}${renderHiddenTable('Single models', {
  id: 'cost-models',
  caption: 'Each model alone on the test questions, by cost.',
  columns: [{ title: 'model' }, { title: 'cost of 1,000' }, { title: 'correct' }],
  rows: [...content.models]
    .sort((a, b) => a.costUsd - b.costUsd)
    .map((point) => ({
      isOwn: point.label === best.label,
      cells: [
        isolated(point.label),
        formatCostPerThousand(point.costUsd),
        formatPercent(point.quality),
      ],
    })),
})}${leftOut('Unknown price or answer length:', content.unpriced)}${leftOut('Answered too few test questions:', content.sparse)}<p class="note" id="reference-aiq">AIQ: Hu et al., RouterBench, arXiv 2403.12031. PerfGain, CostSave, ParetoDist: Li et al., LLMRouterBench, arXiv 2601.07206.</p>`;
}

/** What the settings gain and save next to the single best model. */
function against({ best, againstSingles }: CostQualityContent): Html {
  if (!againstSingles) return html``;
  const { performanceGain, costSaving, paretoDistance } = againstSingles;
  const gain = `${formatPercent(Math.abs(performanceGain))} ${performanceGain < 0 ? 'below' : 'above'}`;
  const saving =
    costSaving === undefined
      ? 'no setting is as accurate as that model'
      : `the cheapest setting as accurate as that model ${costSaving < 0 ? 'costs' : 'saves'} ${formatPercent(Math.abs(costSaving))}${costSaving < 0 ? ' more' : ' of its cost'}`;
  return html`<p>The most accurate setting is ${gain} <bdi>${best.label}</bdi>, relative to its accuracy (PerfGain); ${saving} (CostSave). The settings lie ${formatNumber(paretoDistance, 3)} from the Pareto front of settings and single models, on average and with both axes scaled to the range 0 to 1 (ParetoDist).</p>
`;
}

function leftOut(reason: string, names: readonly string[]): Html {
  if (names.length === 0) return html``;
  return html`<p class="note">Excluded. ${reason} ${names.map(
    (name, index) => html`${index > 0 ? ', ' : ''}<bdi>${name}</bdi>`,
  )}.</p>
`;
}
