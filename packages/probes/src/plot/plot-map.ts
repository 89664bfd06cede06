import type { MapPoint } from '../maps/map-point.js';
import { loadPlot } from './load-plot.js';

/** Options of `plotMap`. */
export interface PlotMapOptions {
  /** From `principalComponents(...).points` or `umapMap`. */
  readonly points: readonly MapPoint[];
  /** A group for each point, such as its family, for the colour. @default one colour */
  readonly groups?: readonly (string | undefined)[] | undefined;
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
}

/** Letters on a map, in pixels. */
const LETTER_WIDTH = 5.4;
const LINE_HEIGHT = 11;
/** Between the outermost points and the frame, in pixels. */
const INSET = 16;

/**
 * Models as dots in the plane, as SVG text. A name is left out where it would run over another.
 *
 * @throws EmbedLLMError `missing-dependency` without @observablehq/plot and linkedom.
 */
export async function plotMap(options: PlotMapOptions): Promise<string> {
  const { points, groups, labels = true, title, width = 860, height = 620 } = options;
  const { xLabel = 'first component', yLabel = 'second component' } = options;
  const { Plot, draw } = await loadPlot();
  const margin = { top: title ? 50 : 20, right: groups ? 130 : 30, bottom: 45, left: 60 };
  const rows = points.map((point, index) => ({
    ...point,
    group: groups?.[index] ?? (groups ? 'unknown' : 'model'),
  }));
  const named = labels ? placeNames(rows, width, height, margin) : [];
  const domain = [...new Set(rows.map(({ group }) => group))].sort();
  const colors = domain.map((_, index) => groupColor(index));
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
    marks: [
      Plot.dot(rows, { x: 'x', y: 'y', fill: 'group', r: 4.5, title: 'name' }),
      ...(['start', 'end'] as const).map((side) =>
        Plot.text(
          named.filter((row) => row.side === side),
          {
            x: 'x',
            y: 'y',
            text: 'name',
            dx: side === 'start' ? 8 : -8,
            textAnchor: side,
            fontSize: 9,
          },
        ),
      ),
      ...(groups
        ? domain.flatMap((group, index) => [
            Plot.dot([group], {
              frameAnchor: 'top-right',
              dx: 24,
              dy: 16 * index,
              r: 4.5,
              fill: groupColor(index),
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

/** The points whose names fit right (`start`) or left of them, free of dots and earlier names. */
function placeNames<Point extends MapPoint>(
  points: readonly Point[],
  width: number,
  height: number,
  margin: { top: number; right: number; bottom: number; left: number },
): (Point & { side: 'start' | 'end' })[] {
  const place = (values: readonly number[], size: number): number[] => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    return values.map((value) => INSET + ((value - low) / span) * (size - 2 * INSET));
  };
  const inner = width - margin.left - margin.right;
  const xs = place(
    points.map(({ x }) => x),
    inner,
  );
  const ys = place(
    points.map(({ y }) => y),
    height - margin.top - margin.bottom,
  );
  const taken = points.map((_, i) => {
    const [x, y] = [xs[i] as number, ys[i] as number];
    return { low: x - 5, high: x + 5, y };
  });
  return points.flatMap((point, i) => {
    const [x, y] = [xs[i] as number, ys[i] as number];
    const length = LETTER_WIDTH * point.name.length;
    for (const side of ['start', 'end'] as const) {
      const low = side === 'start' ? x + 7 : x - 7 - length;
      const box = { low, high: low + length, y };
      const isFree = taken.every(
        (other) =>
          Math.abs(other.y - y) >= LINE_HEIGHT || low >= other.high || other.low >= box.high,
      );
      if (!isFree || low < 0 || box.high > inner) continue;
      taken.push(box);
      return [{ ...point, side }];
    }
    return [];
  });
}
