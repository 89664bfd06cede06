import { EmbedLLMError } from '@embedllm/core';
import type { OperatingPoint } from './curve.js';

/** One line or cloud of points. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly OperatingPoint[];
  /** Whether points are joined by cost, or stand alone with their labels. @default 'line' */
  readonly kind?: 'line' | 'points' | undefined;
}

/** Options of `plotCurves`. */
export interface PlotOptions {
  readonly title?: string | undefined;
  /** In pixels, from 200. @default 720 */
  readonly width?: number | undefined;
  /** In pixels, from 150. @default 440 */
  readonly height?: number | undefined;
}

/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const MARGIN = { left: 58, right: 16, top: 36, bottom: 46 };

/**
 * Cost against quality as an SVG document, with axes, ticks and a legend.
 *
 * @throws EmbedLLMError `invalid-argument` without points or on a size too small, `not-finite` on
 * a point that is no point.
 * @example
 * await writeFile('curve.svg', plotCurves([{ name: 'router', points: upperHull(points) }]));
 */
export function plotCurves(series: readonly PlotSeries[], options: PlotOptions = {}): string {
  const { title = '', width = 720, height = 440 } = options;
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0 || !(width >= 200) || !(height >= 150)) {
    throw new EmbedLLMError(
      `A plot needs points and at least 200 x 150 pixels, but has ${all.length} points and ${width} x ${height}.`,
      { code: 'invalid-argument' },
    );
  }
  const bad = all.find(({ costUsd, quality }) => !Number.isFinite(costUsd + quality));
  if (bad)
    throw new EmbedLLMError(`A point is (${bad.costUsd}, ${bad.quality}).`, { code: 'not-finite' });
  const x = axis(
    all.map(({ costUsd }) => costUsd),
    0,
    MARGIN.left,
    width - MARGIN.right,
  );
  const y = axis(
    all.map(({ quality }) => quality),
    undefined,
    height - MARGIN.bottom,
    MARGIN.top,
  );
  const marks = series.map(({ points, kind = 'line' }, index) => {
    const colour = COLOURS[index % COLOURS.length] as string;
    const dots = points.map(
      ({ costUsd, quality, label }) =>
        `<circle cx="${x.at(costUsd)}" cy="${y.at(quality)}" r="${kind === 'line' ? 1.5 : 3.5}" fill="${colour}"><title>${escapeXml(label ?? '')}</title></circle>`,
    );
    if (kind === 'points') return dots.join('');
    const path = [...points]
      .sort((a, b) => a.costUsd - b.costUsd)
      .map(({ costUsd, quality }) => `${x.at(costUsd)},${y.at(quality)}`)
      .join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const legend = series.map(({ name }, index) => {
    const top = height - MARGIN.bottom - 12 - 16 * (series.length - 1 - index);
    const left = width - MARGIN.right - 190;
    return `<rect x="${left}" y="${top - 8}" width="10" height="10" fill="${COLOURS[index % COLOURS.length]}"/><text x="${left + 16}" y="${top + 1}">${escapeXml(name)}</text>`;
  });
  const bottom = height - MARGIN.bottom;
  const right = width - MARGIN.right;
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<text x="${x.at(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}</text><line x1="${x.at(tick)}" y1="${bottom}" x2="${x.at(tick)}" y2="${bottom + 4}" stroke="#444"/>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<text x="${MARGIN.left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${tick}</text><line x1="${MARGIN.left}" y1="${y.at(tick)}" x2="${right}" y2="${y.at(tick)}" stroke="#ddd"/>`,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${MARGIN.left}" y="20" font-size="14">${escapeXml(title)}</text>
${grid.join('\n')}
<line x1="${MARGIN.left}" y1="${bottom}" x2="${right}" y2="${bottom}" stroke="#444"/>
<text x="${(MARGIN.left + right) / 2}" y="${height - 10}" text-anchor="middle">mean cost of a question, US dollars</text>
<text transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">quality</text>
${marks.join('\n')}
${legend.join('\n')}
</svg>
`;
}

interface Axis {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** A linear axis with about five round ticks that cover all values. */
function axis(values: number[], low: number | undefined, from: number, to: number): Axis {
  const least = low ?? Math.min(...values);
  const most = Math.max(...values, least + 1e-12);
  const raw = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.floor(least / step);
  const last = Math.ceil(most / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(6)),
  );
  const span = (last - first) * step;
  return {
    at: (value) => Number((from + ((value - first * step) / span) * (to - from)).toFixed(2)),
    ticks,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}
