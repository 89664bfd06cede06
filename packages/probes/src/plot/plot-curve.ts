import { loadPlot } from './load-plot.js';

/** Options of `plotCurve`. */
export interface PlotCurveOptions {
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    /** Half the length of an error bar. */
    readonly error?: number | undefined;
    /** The curve that it belongs to. @default one curve */
    readonly series?: string | undefined;
  }[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Logarithmic x; every x must be positive. @default false */
  readonly logarithmic?: boolean | undefined;
  readonly title?: string | undefined;
}

/**
 * A figure against a quantity, as SVG text: sparsity, number of dimensions.
 *
 * @throws EmbedLLMError `missing-dependency` without @observablehq/plot and linkedom.
 */
export async function plotCurve(options: PlotCurveOptions): Promise<string> {
  const { points, xLabel, yLabel, logarithmic = false, title } = options;
  const { Plot, draw } = await loadPlot();
  const rows = points.map(({ x, y, error = 0, series = '' }) => ({
    x,
    y,
    series,
    low: y - error,
    high: y + error,
  }));
  const series = [...new Set(rows.map((row) => row.series))];
  const ticks = [...new Set(rows.map(({ x }) => x))].sort((a, b) => a - b);
  return draw(title ?? `${yLabel} by ${xLabel}`, {
    width: 560,
    height: 360,
    marginLeft: 70,
    marginBottom: 45,
    marginRight: series.length > 1 ? 110 : 30,
    marginTop: title ? 50 : 30,
    x: {
      label: xLabel,
      labelAnchor: 'center',
      type: logarithmic ? 'log' : 'linear',
      ticks: logarithmic ? ticks : 8,
      tickFormat: (value: number) => String(value),
    },
    y: { label: yLabel, labelAnchor: 'center', grid: true, nice: true },
    color: { domain: series, scheme: 'Tableau10' },
    marks: [
      Plot.ruleX(rows, { x: 'x', y1: 'low', y2: 'high', stroke: 'series', strokeWidth: 1.5 }),
      Plot.line(rows, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 2 }),
      Plot.dot(rows, { x: 'x', y: 'y', fill: 'series', r: 3.5 }),
      ...(series.length > 1
        ? series.flatMap((name, index) => [
            Plot.dot([name], {
              frameAnchor: 'top-right',
              dx: 14,
              dy: 16 * index,
              r: 3.5,
              fill: (text: string) => text,
            }),
            Plot.text([name], {
              frameAnchor: 'top-right',
              dx: 22,
              dy: 16 * index,
              textAnchor: 'start',
              fontSize: 11,
            }),
          ])
        : []),
      ...(title
        ? [
            Plot.text([title], {
              frameAnchor: 'top-left',
              dy: -36,
              fontSize: 14,
              fontWeight: 'bold',
            }),
          ]
        : []),
    ],
  });
}
