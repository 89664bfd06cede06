import type { ForecastPair } from '../content/forecast-content.js';
import type { Html } from '../render/html.js';
import { seriesColor, themeColor } from '../render/theme.js';
import type { ChartKit } from './responsive-chart.js';

const DIAGONAL = [
  [0, 0],
  [1, 1],
] as const;
const SIZE = 220;

/** Observed against forecast accuracy of one benchmark, a dot for each model. */
export function forecastChart(
  { Plot, draw }: ChartKit,
  options: {
    readonly label: string;
    readonly pairs: readonly ForecastPair[];
    /** Told apart by colour and shape from the other method. */
    readonly series: 0 | 1;
  },
): Html {
  const ticks = [0, 0.5, 1];
  const pairs = options.pairs.map((pair) => ({
    ...pair,
    // A regression may leave the range that an accuracy can have.
    x: Math.min(1, Math.max(0, pair.forecast)),
    title: `${pair.model}: forecast ${pair.forecast.toFixed(3)}, observed ${pair.observed.toFixed(3)}`,
  }));
  return draw(options.label, {
    width: SIZE,
    height: SIZE,
    marginLeft: 34,
    marginBottom: 26,
    marginTop: 10,
    marginRight: 12,
    x: { domain: [0, 1], ticks, label: null },
    y: { domain: [0, 1], ticks, label: null },
    marks: [
      Plot.gridX({ stroke: themeColor('line'), strokeOpacity: 1, ticks }),
      Plot.gridY({ stroke: themeColor('line'), strokeOpacity: 1, ticks }),
      Plot.line(DIAGONAL, { stroke: themeColor('muted'), strokeDasharray: '4 4' }),
      Plot.ruleY(
        pairs.filter(({ lower, upper }) => lower !== undefined && upper !== undefined),
        {
          x1: 'lower',
          x2: 'upper',
          y: 'observed',
          stroke: themeColor('muted'),
          strokeOpacity: 0.45,
        },
      ),
      Plot.dot(pairs, {
        x: 'x',
        y: 'observed',
        r: 3,
        fill: seriesColor(options.series),
        symbol: options.series === 0 ? 'circle' : 'triangle',
        title: 'title',
      }),
    ],
  });
}
