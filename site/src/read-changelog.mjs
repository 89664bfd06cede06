// The changelog of all packages on one page: what is to be released, from the changesets, then what
// has been, from the changelogs that `changeset version` writes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from '../../scripts/workspace.mjs';

export function readChangelog() {
  const unreleased = readChangesets();
  const sections = workspacePackages('packages')
    .filter(({ manifest }) => !manifest.private)
    .map(({ directory, manifest: { name } }) => {
      const file = join(directory, 'CHANGELOG.md');
      const released = existsSync(file) ? readFileSync(file, 'utf8').replace(/^# .+\n/, '') : '';
      const next = unreleased.get(name) ?? [];
      const text = [...(next.length > 0 ? ['### Next release', ...next] : []), demoted(released)];
      return text.join('\n\n').trim() && `## ${name}\n\n${text.join('\n\n').trim()}`;
    });
  return `# Changelog

What each release of each package changed. Packages are versioned together; below 1.0 a minor version
may break an interface, and says so.

${sections.filter(Boolean).join('\n\n')}
`;
}

/** Texts of the changesets by package. */
function readChangesets() {
  const folder = join(root, '.changeset');
  const texts = new Map();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.md') || name === 'README.md') continue;
    const [, head = '', text = ''] = readFileSync(join(folder, name), 'utf8').split(/^---$/m);
    for (const [, named] of head.matchAll(/["'](@embedllm\/[\w-]+)["']/g)) {
      texts.set(named, [...(texts.get(named) ?? []), text.trim()]);
    }
  }
  // A first release says what there is; what follows, what changed of it.
  const rank = (text) => (text.startsWith('First release') ? 0 : 1);
  for (const list of texts.values()) list.sort((a, b) => rank(a) - rank(b));
  return texts;
}

/** Headings one level further down. */
function demoted(markdown) {
  return markdown.replaceAll(/^(#+ )/gm, '#$1').trim();
}
