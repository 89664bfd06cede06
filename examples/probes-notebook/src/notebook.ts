import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; }
`;

/** A page that grows from top to bottom and is self-contained: no script, no link, figures inline. */
export class Notebook {
  readonly #title: string;
  readonly #parts: string[] = [];

  constructor(title: string) {
    this.#title = title;
  }

  heading(text: string): void {
    this.#parts.push(`<h2>${escapeHtml(text)}</h2>`);
    console.log(`\n${text}`);
  }

  paragraph(text: string): void {
    this.#parts.push(`<p>${escapeHtml(text)}</p>`);
    console.log(`  ${text}`);
  }

  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const line = (cells: readonly string[], tag: string): string =>
      `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
    this.#parts.push(
      `<table>${line(header, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`,
    );
    for (const row of [header, ...rows]) console.log(`  ${row.join(' · ')}`);
  }

  /** @param svg - Markup of `@embedllm/probes/plot`, which escapes the names in it. */
  figure(svg: string, caption: string): void {
    this.#parts.push(`<figure>${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`);
    console.log(`  [figure] ${caption}`);
  }

  async write(path: string): Promise<void> {
    const title = escapeHtml(this.#title);
    const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
<h1>${title}</h1>
${this.#parts.join('\n')}
</body>
</html>
`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, page);
  }
}

/** Names come from data files, which may hold anything. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] as string);
}
