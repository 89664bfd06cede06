import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const { sidebar } = JSON.parse(
  readFileSync(new URL('../content/site.json', import.meta.url), 'utf8'),
);

/** The folder of the host that the site is served from, such as /embedllm/. */
const base = process.env.SITE_BASE ?? '/';

export default defineConfig({
  title: 'EmbedLLM for TypeScript',
  description: 'Route questions to the right LLM, forecast benchmark scores, and compare models.',
  lang: 'en',
  srcDir: 'content',
  outDir: 'dist',
  base,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  cleanUrls: false,
  // Every page and every anchor must exist; src/check.mjs looks at the built pages again.
  ignoreDeadLinks: [/^\.?\/explorer\//],
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => {
      markdown.core.ruler.push('empty-headers', withoutEmptyHeaders);
      markdown.core.ruler.push('indented-code', asFences);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Tutorials', link: '/tutorials/route-in-an-app', activeMatch: '/tutorials/' },
      { text: 'Guides', link: '/guides/', activeMatch: '/guides/' },
      { text: 'Measurements', link: '/measurements/', activeMatch: '/measurements/' },
      { text: 'API', link: '/api/', activeMatch: '/api/' },
      { text: 'Compare', link: '/how-it-compares' },
    ],
    sidebar,
    docFooter: { prev: 'Previous', next: 'Next' },
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
});

/** A table's corner without text is not a header: screen readers would announce an empty one. */
function withoutEmptyHeaders({ tokens }) {
  tokens.forEach((token, index) => {
    if (token.type !== 'th_open' || tokens[index + 1].content !== '') return;
    token.tag = 'td';
    tokens[index + 2].tag = 'td';
  });
}

/** Indented code scrolls, and is reached by keyboard, as fenced code does. */
function asFences({ tokens }) {
  for (const token of tokens) {
    if (token.type !== 'code_block') continue;
    token.type = 'fence';
    token.info = 'txt';
  }
}
