// Finds what is checked: the Markdown files that users read, and examples in doc comments.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, workspacePackages } from '../workspace.mjs';
import { entryPoints } from './entry-points.mjs';
import { readBlocks } from './read-blocks.mjs';
import { exampleMarkdown } from './read-examples.mjs';

/**
 * Documents as `{ name, directory, markdown?, blocks, entries, defaultScope }`. The examples of a
 * package are one document; they see what the packages export, and the scopes `pool` and the
 * package's own.
 */
export function readDocuments(scopes) {
  const packages = workspacePackages('packages');
  const files = [
    ...['README.md', 'CONTRIBUTING.md'].map((name) => join(root, name)),
    ...[...packages, ...workspacePackages('examples')].map(({ directory }) =>
      join(directory, 'README.md'),
    ),
    ...filesBelow(join(root, 'docs'), (name) => name.endsWith('.md')),
  ];
  const documents = files.filter(existsSync).map((file) => {
    const name = relative(root, file);
    const markdown = readFileSync(file, 'utf8');
    return { name, file, markdown, blocks: readBlocks(markdown, name) };
  });
  const entriesOf = new Map(packages.map((entry) => [entry.manifest.name, entryPoints(entry)]));
  for (const { directory, manifest } of packages) {
    const blocks = filesBelow(join(directory, 'src'), isSource).flatMap((file) =>
      readBlocks(exampleMarkdown(readFileSync(file, 'utf8')), relative(root, file)),
    );
    const own = manifest.name.replace('@embedllm/', '');
    documents.push({
      name: `${relative(root, directory)}/src`,
      blocks,
      entries: [manifest.name, '@embedllm/core', ...entriesOf.keys()].flatMap((name) =>
        entriesOf.get(name),
      ),
      defaultScope: scopes.has(own) ? `pool ${own}` : 'pool',
    });
  }
  return documents;
}

function isSource(name) {
  return name.endsWith('.ts') && !name.endsWith('.test.ts');
}

function filesBelow(directory, isWanted) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((name) => isWanted(name) && !name.startsWith('api/'))
    .sort()
    .map((name) => join(directory, name));
}
