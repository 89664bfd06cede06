import { type Html, html } from '../render/html.js';

const WIDTH = 64;

/** A share as a small bar next to its figure. */
export function shareBar(share: number): Html {
  const length = Math.round(10 * WIDTH * Math.min(1, Math.max(0, share))) / 10;
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 8" width="${WIDTH}" height="8" aria-hidden="true"><rect class="track" width="${WIDTH}" height="8" rx="2"/><rect class="value" width="${length}" height="8" rx="2"/></svg>`;
}
