import type { MapPoint } from '../maps/map-point.js';
import { loadPlot, type PlotSymbol, type PlotTheme, plotStyle } from './load-plot.js';
import { type LabelPlace, placeLabels } from './place-labels.js';

/** Options of `plotMap`. */
export interface PlotMapOptions {
  /** From `principalComponents(...).points` or `umapMap`. */
  readonly points: readonly MapPoint[];
  /** A group for each point, such as its family, for the colour. @default one colour */
  readonly groups?: readonly (string | undefined)[] | undefined;
  /** The groups in the order of legend, colours and shapes. @default by name */
  readonly groupOrder?: readonly string[] | undefined;
  /** Colours of the groups in that order, as CSS. @default distinct hues */
  readonly groupColors?: readonly string[] | undefined;
  /**
   * Shapes of the groups in that order, so that colour is not all that tells them apart: names of
   * Observable Plot's symbols.
   *
   * @default circles
   */
  readonly groupSymbols?: readonly PlotSymbol[] | undefined;
  /** Write the groups next to the map? @default true */
  readonly legend?: boolean | undefined;
  /** Write the models' names? @default true */
  readonly labels?: boolean | undefined;
  /** @default 'first component' */
  readonly xLabel?: string | null | undefined;
  /** @default 'second component' */
  readonly yLabel?: string | null | undefined;
  readonly title?: string | undefined;
  /** In pixels. @default 860 */
  readonly width?: number | undefined;
  /** In pixels. @default 620 */
  readonly height?: number | undefined;
  /** Of the models' names, in pixels. @default 9 */
  readonly fontSize?: number | undefined;
  /** `inherit` takes ink, ground and font from the page around it. @default 'paper' */
  readonly theme?: PlotTheme | undefined;
}

/** Between the outermost points and the frame, in pixels. */
const INSET = 16;

/**
 * Models as dots in the plane, as SVG text. A name is left out where it would run over another.
 *
 * @throws EmbedLLMError `missing-dependency` without @observablehq/plot and linkedom.
 */
export async function plotMap(options: PlotMapOptions): Promise<string> {
  const { points, groups, labels = true, title, width = 860, height = 620 } = options;
  const { legend = true, fontSize = 9, theme = 'paper' } = options;
  const { xLabel = 'first component', yLabel = 'second component' } = options;
  const { Plot, draw } = await loadPlot();
  const margin = { top: title ? 50 : 20, right: groups && legend ? 130 : 30, bottom: 45, left: 60 };
  const rows = points.map((point, index) => ({
    ...point,
    group: groups?.[index] ?? (groups ? 'unknown' : 'model'),
  }));
  const named = labels ? placeNames(rows, width, height, margin, fontSize) : [];
  const domain = options.groupOrder ?? [...new Set(rows.map(({ group }) => group))].sort();
  const colors = domain.map((_, index) => cycled(options.groupColors, index) ?? groupColor(index));
  const symbols = domain.map((_, index) => cycled(options.groupSymbols, index) ?? 'circle');
  return draw(title ?? `Map of ${points.length} models`, {
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    inset: INSET,
    x: { label: xLabel, labelAnchor: 'center' },
    y: { label: yLabel, labelAnchor: 'center', grid: true },
    color: { domain, range: colors },
    symbol: { domain, range: symbols },
    style: plotStyle(theme),
    marks: [
      Plot.dot(rows, {
        x: 'x',
        y: 'y',
        fill: 'group',
        // A constant symbol leaves circles, which `groupSymbols` may not have asked for.
        ...(options.groupSymbols ? { symbol: 'group' } : {}),
        r: 4.5,
        title: 'name',
      }),
      ...named.map(({ anchor, dy, ...row }) =>
        Plot.text([row], {
          x: 'x',
          y: 'y',
          text: 'name',
          dx: anchor === 'start' ? 8 : -8,
          dy,
          textAnchor: anchor,
          fontSize,
        }),
      ),
      ...(groups && legend
        ? domain.flatMap((group, index) => [
            Plot.dot([group], {
              frameAnchor: 'top-right',
              dx: 24,
              dy: 16 * index,
              r: 4.5,
              fill: colors[index] ?? 'currentColor',
              symbol: symbols[index] ?? 'circle',
            }),
            Plot.text([group], {
              frameAnchor: 'top-right',
              dx: 34,
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
              dy: -32,
              fontSize: 14,
              fontWeight: 'bold',
            }),
          ]
        : []),
    ],
  });
}

/** Colours that stay apart for many groups: hues by the golden angle, lightness in turn. */
function groupColor(index: number): string {
  const hue = Math.round((index * 137.5 + 210) % 360);
  return `hsl(${hue}, 65%, ${[42, 58, 32][index % 3]}%)`;
}

function cycled<Value>(values: readonly Value[] | undefined, index: number): Value | undefined {
  return values?.[index % values.length];
}

/** The points whose names fit next to them, free of dots and earlier names. */
function placeNames<Point extends MapPoint>(
  points: readonly Point[],
  width: number,
  height: number,
  margin: { top: number; right: number; bottom: number; left: number },
  fontSize: number,
): (Point & LabelPlace)[] {
  const place = (values: readonly number[], size: number): number[] => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    return values.map((value) => INSET + ((value - low) / span) * (size - 2 * INSET));
  };
  const inner = width - margin.left - margin.right;
  const innerHeight = height - margin.top - margin.bottom;
  const xs = place(
    points.map(({ x }) => x),
    inner,
  );
  const ys = place(
    points.map(({ y }) => -y),
    innerHeight,
  );
  const places = placeLabels({
    points: points.map(({ name }, index) => ({
      x: xs[index]!,
      y: ys[index]!,
      text: name,
    })),
    width: inner,
    height: innerHeight,
    fontSize,
  });
  return points.flatMap((point, index) => {
    const place = places[index];
    return place ? [{ ...point, ...place }] : [];
  });
}
