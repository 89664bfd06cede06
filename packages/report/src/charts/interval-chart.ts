import type { ReportInterval } from '../content/section.js';
import { formatNumber } from '../render/format.js';
import type { Html } from '../render/html.js';
import { seriesColor, themeColor } from '../render/theme.js';
import { type ChartKit, responsiveChart, shortName } from './responsive-chart.js';

/** A named figure with its interval. */
export interface IntervalRow {
  readonly name: string;
  readonly interval: ReportInterval;
  /** The one that the chart is about. */
  readonly highlighted: boolean;
}

const DIGITS = 3;

/** Figures as dots with 95% intervals, one below the other. */
export function intervalChart(
  { Plot, draw }: ChartKit,
  options: { readonly label: string; readonly axis: string; readonly rows: readonly IntervalRow[] },
): Promise<Html> {
  const { label, axis } = options;
  return responsiveChart(({ width, isNarrow }) => {
    const rows = options.rows.map(({ name, interval, highlighted }, index) => ({
      index: String(index),
      name: shortName(name, isNarrow ? 44 : 34),
      text: formatNumber(interval.mean, DIGITS),
      mean: interval.mean,
      lower: interval.lower ?? interval.mean,
      upper: interval.upper ?? interval.mean,
      color: highlighted ? seriesColor(0) : themeColor('muted'),
      symbol: highlighted ? ('diamond' as const) : ('circle' as const),
    }));
    const step = isNarrow ? 44 : 28;
    return draw(label, {
      width,
      height: step * rows.length + 50,
      marginLeft: isNarrow ? 12 : 250,
      marginRight: 56,
      marginTop: 6,
      marginBottom: 44,
      x: {
        label: axis,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        nice: true,
        inset: 8,
        ticks: isNarrow ? 4 : 7,
      },
      y: { domain: rows.map(({ index }) => index), axis: null, padding: 0.5 },
      symbol: { type: 'identity' },
      marks: [
        Plot.gridX({ stroke: themeColor('line'), strokeOpacity: 1, ticks: isNarrow ? 4 : 7 }),
        Plot.ruleY(rows, {
          x1: 'lower',
          x2: 'upper',
          y: 'index',
          dy: isNarrow ? 9 : 0,
          stroke: (row: (typeof rows)[number]) => row.color,
          strokeWidth: 2,
        }),
        Plot.dot(rows, {
          x: 'mean',
          y: 'index',
          dy: isNarrow ? 9 : 0,
          r: 5,
          fill: (row: (typeof rows)[number]) => row.color,
          symbol: (row: (typeof rows)[number]) => row.symbol,
        }),
        Plot.text(rows, {
          y: 'index',
          frameAnchor: 'left',
          text: 'name',
          textAnchor: isNarrow ? 'start' : 'end',
          dx: isNarrow ? 0 : -12,
          dy: isNarrow ? -8 : 0,
        }),
        Plot.text(rows, {
          y: 'index',
          frameAnchor: 'right',
          text: 'text',
          textAnchor: 'start',
          dx: 10,
          dy: isNarrow ? 9 : 0,
        }),
      ],
    });
  });
}
