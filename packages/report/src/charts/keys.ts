import type { PlotSymbol } from '@embedllm/probes/plot';
import { type Html, html } from '../render/html.js';
import type { ChartKit } from './responsive-chart.js';

const SIZE = 16;
const LINE_WIDTH = 28;

/** A mark for a legend. */
export function markKey({ Plot, draw }: ChartKit, color: string, symbol: PlotSymbol): Html {
  const chart = draw('', {
    width: SIZE,
    height: SIZE,
    margin: 0,
    axis: null,
    marks: [Plot.dot([0], { frameAnchor: 'middle', r: 5, fill: color, symbol })],
  });
  return html`<span class="key" aria-hidden="true">${chart}</span>`;
}

/** A line for a legend. */
export function lineKey({ Plot, draw }: ChartKit, color: string, kind: 'solid' | 'dashed'): Html {
  const chart = draw('', {
    width: LINE_WIDTH,
    height: SIZE,
    margin: 0,
    axis: null,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      Plot.line(
        [
          [0, 0.5],
          [1, 0.5],
        ],
        { stroke: color, strokeWidth: 2, ...(kind === 'dashed' ? { strokeDasharray: '5 4' } : {}) },
      ),
    ],
  });
  return html`<span class="key line" aria-hidden="true">${chart}</span>`;
}
