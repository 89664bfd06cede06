import { type ComparisonRow, comparisonCells } from '../comparison.js';

/** What the report shows. */
export interface ReportContent {
  readonly title: string;
  /** Data, split, seed, engine: what the figures were measured on. */
  readonly provenance: readonly string[];
  readonly comparison: readonly ComparisonRow[];
  readonly figures: readonly ReportFigure[];
  readonly routes: readonly { question: string; candidates: readonly string[] }[];
}

/** A plot as SVG with a sentence that says how to read it. */
export interface ReportFigure {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly heading: string;
  readonly caption: string;
  readonly svg: string;
}

/** One HTML file that needs nothing else: no script, no network, light and dark. */
export function renderReport(content: ReportContent): string {
  const { title, provenance, comparison, figures, routes } = content;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: right; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
.scroll { overflow-x: auto; }
figure { margin: 2rem 0; overflow-x: auto; }
figcaption, .provenance { opacity: 0.75; }
svg { max-width: 100%; height: auto; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="provenance">${provenance.map(escapeHtml).join('<br>')}</p>
<h2>Test questions</h2>
<div class="scroll">${comparisonTable(comparison)}</div>
${figures
  .map(
    ({ heading, caption, svg }) =>
      `<h2>${escapeHtml(heading)}</h2>\n<figure>${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`,
  )
  .join('\n')}
<h2>Questions routed</h2>
<ul>
${routes
  .map(
    ({ question, candidates }) =>
      `<li>${escapeHtml(question)}<br><small>${candidates.map(escapeHtml).join(' · ')}</small></li>`,
  )
  .join('\n')}
</ul>
</body>
</html>
`;
}

function comparisonTable(rows: readonly ComparisonRow[]): string {
  const { header, cells } = comparisonCells(rows);
  const row = (line: readonly string[], tag: string): string =>
    `<tr>${line.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(header, 'th')}${cells.map((line) => row(line, 'td')).join('')}</table>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
