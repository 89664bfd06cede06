import { placeLabels } from '@embedllm/probes/plot';
import type { CostQualityContent, CostQualityPoint } from '../content/cost-quality-content.js';
import { formatCostPerThousand, formatPercent } from '../render/format.js';
import type { Html } from '../render/html.js';
import { seriesColor, themeColor } from '../render/theme.js';
import { type ChartKit, responsiveChart, shortName } from './responsive-chart.js';

const MARGIN = { left: 56, right: 16, top: 12, bottom: 46 };
const INSET = 14;
/** In pixels, the room that a cost below the axis takes. */
const TICK_WIDTH = 52;
/** Costs further apart than this share no linear axis. */
const LARGEST_LINEAR_RATIO = 20;

/** Cost against accuracy: the router's settings, the models alone, and mixtures of these. */
export function costQualityChart(
  { Plot, draw }: ChartKit,
  { label, content }: { readonly label: string; readonly content: CostQualityContent },
): Promise<Html> {
  const points = content.models.map(scaled);
  const router = content.router.map(scaled);
  const hull = content.zeroRouter.map(scaled);
  const named = new Set([...content.zeroRouter.map((point) => point.label), content.best.label]);
  const costs = [...points, ...router].map(({ cost }) => cost);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const isLogarithmic = low > 0 && high / low > LARGEST_LINEAR_RATIO;
  const qualities = [...points, ...router].map(({ quality }) => quality);
  const [worst, most] = [Math.min(...qualities), Math.max(...qualities)];
  return responsiveChart(({ width, isNarrow }) => {
    const height = isNarrow ? 320 : 420;
    const inner = width - MARGIN.left - MARGIN.right;
    const position = isLogarithmic ? Math.log10 : (value: number) => value;
    const at = ({ cost }: { readonly cost: number }): number => position(cost);
    const across = (cost: number): number =>
      INSET +
      ((position(cost) - position(low)) / (position(high) - position(low) || 1)) *
        (inner - 2 * INSET);
    const down = (quality: number): number =>
      INSET +
      ((most - quality) / (most - worst || 1)) * (height - MARGIN.top - MARGIN.bottom - 2 * INSET);
    // Models that are named first, then everything else as dots that no name may cover.
    const ordered = [
      ...points.filter((point) => named.has(point.label)),
      ...points.filter((point) => !named.has(point.label)),
      ...router,
    ];
    const texts = ordered.map((point, index) =>
      index < points.length && named.has(point.label) ? shortName(point.label, 26) : '',
    );
    const places = placeLabels({
      points: ordered.map(({ cost, quality }, index) => ({
        x: across(cost),
        y: down(quality),
        text: texts[index] as string,
      })),
      width: inner,
      height: height - MARGIN.top - MARGIN.bottom,
      fontSize: 11,
    });
    return draw(label, {
      width,
      height,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      inset: INSET,
      x: {
        // Plot's logarithmic axis leaves labels out as it likes.
        domain: [position(low), position(high)],
        label: 'expected cost of 1,000 questions, US dollars',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 40,
        ticks: isLogarithmic
          ? roundCosts(low, high, inner / TICK_WIDTH).map(position)
          : isNarrow
            ? 4
            : 8,
        tickFormat: (value: number) =>
          `$${Number((isLogarithmic ? 10 ** value : value).toPrecision(3))}`,
      },
      y: {
        domain: [worst, most],
        label: 'correct answers, %',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 46,
      },
      marks: [
        Plot.gridY({ stroke: themeColor('line'), strokeOpacity: 1 }),
        Plot.line(hull, {
          x: at,
          y: 'quality',
          stroke: themeColor('muted'),
          strokeWidth: 1.5,
          strokeDasharray: '5 4',
        }),
        Plot.dot(points, {
          x: at,
          y: 'quality',
          symbol: 'square',
          fill: themeColor('muted'),
          r: 3.5,
          title: 'title',
        }),
        Plot.line(router, { x: at, y: 'quality', stroke: seriesColor(0), strokeWidth: 2 }),
        Plot.dot(router, { x: at, y: 'quality', fill: seriesColor(0), r: 3.5, title: 'title' }),
        ...ordered.flatMap((point, index) => {
          const place = places[index];
          return place
            ? [
                Plot.text([{ ...point, text: texts[index] }], {
                  x: at,
                  y: 'quality',
                  text: 'text',
                  textAnchor: place.anchor,
                  dx: place.anchor === 'start' ? 8 : -8,
                  dy: place.dy,
                  fontSize: 11,
                  // A seam that keeps letters readable where they cross a curve.
                  stroke: themeColor('background'),
                  strokeWidth: 3,
                  fill: 'currentColor',
                }),
              ]
            : [];
        }),
      ],
    });
  });
}

/** 1, 2 and 5 times powers of ten within a range, or the powers alone where these are too many. */
function roundCosts(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  const candidates = [[1, 2, 5], [1, 3], [1]].map((steps) =>
    powers
      .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
      .filter((cost) => cost >= low && cost <= high),
  );
  return candidates.find((costs) => costs.length <= most) ?? [low, high];
}

function scaled(point: CostQualityPoint) {
  return {
    label: point.label,
    quality: 100 * point.quality,
    cost: 1000 * point.costUsd,
    title: `${point.label}: ${formatPercent(point.quality)} for ${formatCostPerThousand(point.costUsd)}`,
  };
}
