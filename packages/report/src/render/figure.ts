import { type Html, html } from './html.js';

/** A chart with the sentence that says how to read it. */
export function renderFigure(caption: Html | string, chart: Html): Html {
  return html`<figure><figcaption>${caption}</figcaption>${chart}</figure>
`;
}

/** One chart of several that are alike. */
export interface Panel {
  readonly title: string;
  readonly chart: Html;
  readonly note: string;
}

/** Small charts side by side. */
export function renderPanels(panels: readonly Panel[]): Html {
  return html`<ul class="panels">${panels.map(
    ({ title, chart, note }) =>
      html`<li class="panel"><h4><bdi>${title}</bdi></h4>${chart}<p class="note">${note}</p></li>`,
  )}</ul>
`;
}
