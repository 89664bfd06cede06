import { loadPlot, type PlotLibrary, plotStyle } from '@embedllm/probes/plot';
import { cleanText, type Html, html, trusted } from '../render/html.js';
import { themedSvg } from './themed-svg.js';

/** In pixels: of the column of text on wide screens, and of a telephone. */
const WIDE = 700;
const NARROW = 350;

/** How much room a chart has. */
export interface ChartRoom {
  readonly width: number;
  readonly isNarrow: boolean;
}

/** Observable Plot, and its drawing as a part of the page. */
export interface ChartKit {
  readonly Plot: PlotLibrary['Plot'];
  /** Draws into the theme of the page; the label is for readers who do not see it. */
  readonly draw: (label: string, options: Parameters<PlotLibrary['draw']>[1]) => Html;
  /** The same for a plot that is text already. */
  readonly adopt: (label: string, svg: string) => Html;
}

/** Loads what charts are drawn with. */
export async function loadChartKit(): Promise<ChartKit> {
  const { Plot, draw } = await loadPlot();
  const adopt: ChartKit['adopt'] = (label, svg) => trusted(themedSvg(svg, cleanText(label)));
  return {
    Plot,
    adopt,
    draw: (label, options) => adopt(label, draw('', { style: plotStyle('inherit'), ...options })),
  };
}

/**
 * A chart drawn for wide screens and again for narrow ones, since letters of a scaled one could not
 * be read; the style sheet shows one of them.
 */
export async function responsiveChart(
  draw: (room: ChartRoom) => Html | Promise<Html>,
): Promise<Html> {
  const wide = await draw({ width: WIDE, isNarrow: false });
  const narrow = await draw({ width: NARROW, isNarrow: true });
  return html`<div class="chart wide">${wide}</div><div class="chart narrow">${narrow}</div>`;
}

/** A name for a chart, cut where it has no room. */
export function shortName(name: string, letters: number): string {
  const clean = cleanText(name).replace(/\s+/g, ' ');
  const characters = [...clean];
  return characters.length <= letters ? clean : `${characters.slice(0, letters - 1).join('')}…`;
}
