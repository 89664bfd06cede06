import { type PlotSymbol, plotMap } from '@embedllm/probes/plot';
import type { ModelMapContent } from '../content/model-map-content.js';
import { formatPercent } from '../render/format.js';
import { type Html, html } from '../render/html.js';
import { seriesColor } from '../render/theme.js';
import { markKey } from './keys.js';
import { type ChartKit, responsiveChart, shortName } from './responsive-chart.js';

/** Seven shapes and eight colours: 56 families before one looks like another. */
const SYMBOLS: readonly PlotSymbol[] = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'star',
  'cross',
  'wye',
];
const COLORS = 8;
/** Of models whose family is not known. */
const UNKNOWN = 'family unknown';

/** The models in the plane with their families, and the legend. */
export async function modelMapChart(
  kit: ChartKit,
  { label, content }: { readonly label: string; readonly content: ModelMapContent },
): Promise<Html> {
  const { models, explained } = content;
  const groups = models.map(({ family }) => family ?? UNKNOWN);
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const order = [...sizes].sort(([, a], [, b]) => b - a).map(([group]) => group);
  const colors = Array.from({ length: COLORS }, (_, index) => seriesColor(index));
  const axis = (index: number, name: string): string =>
    explained?.[index] === undefined
      ? name
      : `${name}, ${formatPercent(explained[index], 0)} of the variance`;
  const chart = await responsiveChart(async ({ width, isNarrow }) =>
    kit.adopt(
      label,
      await plotMap({
        points: models.map(({ name, x, y }) => ({
          name: shortName(name, isNarrow ? 24 : 40),
          x,
          y,
        })),
        groups,
        groupOrder: order,
        groupColors: colors,
        groupSymbols: SYMBOLS,
        legend: false,
        theme: 'inherit',
        width,
        height: isNarrow ? 380 : 520,
        fontSize: 11,
        xLabel: axis(0, 'first component'),
        yLabel: axis(1, 'second component'),
      }),
    ),
  );
  const legend = order.map(
    (group, index) =>
      html`<li>${markKey(kit, seriesColor(index), SYMBOLS[index % SYMBOLS.length] ?? 'circle')} <bdi>${group}</bdi></li>`,
  );
  return html`${chart}<ul class="legend" aria-label="Families">${legend}</ul>`;
}
