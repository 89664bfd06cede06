import { EmbedLLMError } from '@embedllm/core';
import type { PlotOptions, SymbolName } from '@observablehq/plot';

/** Observable Plot, and a way to draw with it without a browser. */
export interface PlotLibrary {
  readonly Plot: typeof import('@observablehq/plot');
  /** A plot as SVG text; the title is for readers who do not see it. */
  readonly draw: (title: string, options: PlotOptions) => string;
}

/**
 * Where a plot is shown: `paper` is white with dark ink, and `inherit` takes the colours and font of
 * the page.
 */
export type PlotTheme = 'paper' | 'inherit';

/** The name of a shape of Observable Plot, such as `circle`, `square` or `triangle`. */
export type PlotSymbol = SymbolName;

/** The `style` option of a plot in a theme. */
export function plotStyle(theme: PlotTheme): NonNullable<PlotOptions['style']> {
  return theme === 'paper'
    ? { background: 'white', color: '#222', fontFamily: 'system-ui, sans-serif' }
    : { background: 'none', color: 'currentColor', fontFamily: 'inherit' };
}

/**
 * Loads Observable Plot and linkedom, the document that it draws into; both are optional peers.
 *
 * @throws EmbedLLMError `missing-dependency` where one is not installed.
 */
export async function loadPlot(): Promise<PlotLibrary> {
  try {
    const [Plot, { parseHTML }] = await Promise.all([
      import('@observablehq/plot'),
      import('linkedom'),
    ]);
    const { document } = parseHTML('<!doctype html><html><body></body></html>');
    const draw: PlotLibrary['draw'] = (title, options) => {
      const element = Plot.plot({
        ...options,
        // linkedom's document has all that Plot uses, but not the whole type of a browser's.
        document: document as unknown as NonNullable<PlotOptions['document']>,
        style: options.style ?? plotStyle('paper'),
      });
      return standalone(element.outerHTML, title);
    };
    return { Plot, draw };
  } catch (cause) {
    throw new EmbedLLMError(
      'Plots need the packages @observablehq/plot and linkedom: npm install @observablehq/plot linkedom',
      { code: 'missing-dependency', cause },
    );
  }
}

/** A file of its own needs the namespace that HTML implies, and a title. */
function standalone(svg: string, title: string): string {
  const text = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return (
    svg
      .replace(/^<svg (?!xmlns)/, '<svg xmlns="http://www.w3.org/2000/svg" ')
      .replace('>', ` role="img"><title>${text}</title>`)
      // A second height, which no renderer knows.
      .replace('height: intrinsic;', '')
  );
}
