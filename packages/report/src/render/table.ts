import { type Html, html } from './html.js';

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Words, to the left and wrapped, instead of figures. @default false */
  readonly isText?: boolean | undefined;
}

/** A row; its first cell names it. */
export interface TableRow {
  readonly cells: readonly (Html | string)[];
  /** The row that the table is about. @default false */
  readonly isOwn?: boolean | undefined;
}

/** A table with caption and headers, that scrolls on its own where it is too wide. */
export function renderTable(options: {
  /** Unique in the page. */
  readonly id: string;
  readonly caption: string;
  /** Says the page already what the table shows? Then only those who do not see it hear the caption. @default false */
  readonly isCaptionHidden?: boolean | undefined;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}): Html {
  const { id, caption, columns, rows, isCaptionHidden } = options;
  const head = columns.map(({ title, isText }, index) =>
    index === 0 || isText
      ? html`<th scope="col" class="text">${title}</th>`
      : html`<th scope="col">${title}</th>`,
  );
  const body = rows.map(({ cells, isOwn }) => {
    const line = cells.map((cell, index) => {
      if (index === 0) return html`<th scope="row" class="text">${cell}</th>`;
      return columns[index]?.isText ? html`<td class="text">${cell}</td>` : html`<td>${cell}</td>`;
    });
    return isOwn ? html`<tr class="own">${line}</tr>` : html`<tr>${line}</tr>`;
  });
  return html`<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0"><table><caption id="${id}"${isCaptionHidden ? html` class="hidden"` : ''}>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>
`;
}

/** A table that is opened on demand: the figures behind a chart. */
export function renderHiddenTable(
  summary: string,
  options: Parameters<typeof renderTable>[0],
): Html {
  return html`<details><summary>${summary}</summary>${renderTable(options)}</details>
`;
}
