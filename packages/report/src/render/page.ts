import { createHash } from 'node:crypto';
import { type Html, html, trusted } from './html.js';
import { STYLESHEET } from './stylesheet.js';

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  /** What stands under the title. */
  readonly lead: Html;
  /** A list of what the page holds. @default none */
  readonly contents?: Html | undefined;
  readonly main: Html;
}

/** One HTML file that needs nothing else: no script, no network, no font. */
export function renderPage({ title, lead, contents, main }: PageParts): string {
  const hash = createHash('sha256').update(STYLESHEET).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLESHEET)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="page">
<header>
<h1><bdi>${title}</bdi></h1>
<p class="lead">${lead}</p>
</header>
${contents}<main id="content">
${main}</main>
<footer>Made with @embedllm/cli.</footer>
</div>
</body>
</html>
`.text;
}
