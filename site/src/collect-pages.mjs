// The pages of the site: the repository's own documents, each under the address that it has there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from '../../scripts/workspace.mjs';
import { readChangelog } from './read-changelog.mjs';

/** As `{ source, page, title, markdown }`: a file of the repository, and its page in the site. */
export function collectPages() {
  const sources = new Map([
    ['site/index.md', 'index.md'],
    ['docs/README.md', 'guides/index.md'],
    ['docs/measurements/README.md', 'measurements/index.md'],
  ]);
  for (const name of readdirSync(join(root, 'docs'), { recursive: true }).sort()) {
    const path = name.replaceAll('\\', '/');
    if (!path.endsWith('.md') || path.startsWith('api/')) continue;
    const source = `docs/${path}`;
    if (!sources.has(source)) sources.set(source, path);
  }
  for (const folder of ['packages', 'examples']) {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const source = `${folder}/${name}/README.md`;
      if (existsSync(join(root, source))) sources.set(source, `${folder}/${name}.md`);
    }
  }
  sources.set('CONTRIBUTING.md', 'contributing.md');
  const pages = [...sources].map(([source, page]) => {
    const markdown = readFileSync(join(root, source), 'utf8');
    const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'EmbedLLM for TypeScript';
    return { source, page, title, markdown };
  });
  const changelog = { source: '.changeset', page: 'changelog.md', title: 'Changelog' };
  return [...pages, { ...changelog, markdown: readChangelog() }];
}

/** The page's text with links that lead within the site, and pictures copied by `addPicture`. */
export function linkPages({ source, page, markdown }, pageOf, addPicture) {
  return outsideCode(markdown, (text) =>
    text.replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (whole, mark, label, url) => {
      if (/^[a-z]+:|^#|^\//i.test(url)) return whole;
      const [path, anchor] = url.split('#');
      const target = posix.normalize(posix.join(posix.dirname(source), path));
      if (mark) return `![${label}](${addPicture(target)})`;
      const found = pageOf(target);
      const link = found && relativeLink(page, found) + (anchor ? `#${anchor}` : '');
      // Files of the repository that are not pages have no address yet.
      return link ? `[${label}](${link})` : label;
    }),
  );
}

/** Page of a file or folder of the repository. */
export function pageFinder(pages) {
  const bySource = new Map(pages.map(({ source, page }) => [source, page]));
  bySource.set('README.md', 'index.md');
  return (target) => {
    const path = target.replace(/\/$/, '');
    return bySource.get(path) ?? bySource.get(`${path}/README.md`);
  };
}

function relativeLink(from, to) {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function outsideCode(markdown, change) {
  return markdown
    .split(/(^```[\s\S]*?^```)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}
