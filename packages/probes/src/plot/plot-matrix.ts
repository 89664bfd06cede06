import { loadPlot } from './load-plot.js';

/** Options of `plotMatrix`. */
export interface PlotMatrixOptions {
  readonly cells: readonly {
    readonly row: string;
    readonly column: string;
    /** `undefined` leaves the cell empty. */
    readonly value: number | undefined;
  }[];
  /** @default 'trained on' */
  readonly rowLabel?: string | undefined;
  /** @default 'tested on' */
  readonly columnLabel?: string | undefined;
  /** The value in words. @default 'value' */
  readonly valueLabel?: string | undefined;
  /** Digits after the point. @default 3 */
  readonly digits?: number | undefined;
  /** Values around zero in two colours? @default false */
  readonly diverging?: boolean | undefined;
  readonly title?: string | undefined;
}

/**
 * A table of numbers as coloured cells, as SVG text: transfer between benchmarks, effects of an
 * ablation, distances.
 *
 * @throws EmbedLLMError `missing-dependency` without @observablehq/plot and linkedom.
 */
export async function plotMatrix(options: PlotMatrixOptions): Promise<string> {
  const { cells, digits = 3, diverging = false, title } = options;
  const { rowLabel = 'trained on', columnLabel = 'tested on', valueLabel = 'value' } = options;
  const { Plot, draw } = await loadPlot();
  const known = cells.flatMap((cell) =>
    cell.value === undefined ? [] : [{ ...cell, value: cell.value }],
  );
  const rows = [...new Set(cells.map(({ row }) => row))];
  const columns = [...new Set(cells.map(({ column }) => column))];
  const values = known.map(({ value }) => value);
  const reach = Math.max(...values.map(Math.abs), 1e-12);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isDark = (value: number): boolean =>
    diverging ? Math.abs(value) > 0.6 * reach : value > low + 0.55 * (high - low);
  const longest = Math.max(...rows.map(({ length }) => length));
  return draw(title ?? `${valueLabel} by ${rowLabel} and ${columnLabel}`, {
    width: 110 * columns.length + 7 * longest + 60,
    height: 34 * rows.length + (title ? 120 : 90),
    marginLeft: 7 * longest + 30,
    marginTop: title ? 80 : 50,
    x: { label: columnLabel, domain: columns, axis: 'top' },
    y: { label: rowLabel, domain: rows },
    color: diverging
      ? { type: 'diverging', scheme: 'RdBu', domain: [-reach, reach], label: valueLabel }
      : {
          type: 'linear',
          scheme: 'Blues',
          domain: [low - 0.2 * (high - low || 1), high],
          label: valueLabel,
        },
    marks: [
      Plot.cell(known, { x: 'column', y: 'row', fill: 'value', inset: 1 }),
      Plot.text(known, {
        x: 'column',
        y: 'row',
        text: ({ value }: { value: number }) => value.toFixed(digits),
        fill: ({ value }: { value: number }) => (isDark(value) ? 'white' : '#222'),
        fontSize: 12,
      }),
      ...(title
        ? [
            Plot.text([title], {
              frameAnchor: 'top-left',
              dy: -66,
              fontSize: 14,
              fontWeight: 'bold',
            }),
          ]
        : []),
    ],
  });
}
