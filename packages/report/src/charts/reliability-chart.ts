import type { Reliability } from '../content/calibration-content.js';
import type { Html } from '../render/html.js';
import { seriesColor, themeColor } from '../render/theme.js';
import type { ChartKit } from './responsive-chart.js';

const DIAGONAL = [
  [0, 0],
  [1, 1],
] as const;

/** Observed shares of correct answers against predicted probabilities, with 95% intervals. */
export function reliabilityChart(
  { Plot, draw }: ChartKit,
  options: {
    readonly label: string;
    readonly reliability: Reliability;
    /** In pixels; below 260 for one chart of many, with fewer words. */
    readonly size: number;
  },
): Html {
  const { label, reliability, size } = options;
  const isSmall = size < 260;
  const ticks = isSmall ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
  return draw(label, {
    width: size,
    height: size,
    marginLeft: isSmall ? 34 : 54,
    marginBottom: isSmall ? 26 : 46,
    marginTop: 10,
    marginRight: 12,
    x: {
      domain: [0, 1],
      ticks,
      label: isSmall ? null : 'predicted probability',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 40,
    },
    y: {
      domain: [0, 1],
      ticks,
      label: isSmall ? null : 'observed share correct',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 46,
    },
    r: { range: isSmall ? [0, 6] : [0, 9] },
    marks: [
      Plot.gridX({ stroke: themeColor('line'), strokeOpacity: 1, ticks }),
      Plot.gridY({ stroke: themeColor('line'), strokeOpacity: 1, ticks }),
      Plot.line(DIAGONAL, { stroke: themeColor('muted'), strokeDasharray: '4 4' }),
      Plot.ruleX(reliability.bins, {
        x: 'predicted',
        y1: 'lower',
        y2: 'upper',
        stroke: seriesColor(0),
        strokeWidth: 1.5,
      }),
      Plot.dot(reliability.bins, {
        x: 'predicted',
        y: 'observed',
        r: 'labels',
        fill: seriesColor(0),
        title: ({ predicted, observed, labels }: Reliability['bins'][number]) =>
          `predicted ${predicted.toFixed(3)}, observed ${observed.toFixed(3)}, ${labels} labels`,
      }),
    ],
  });
}
