// Builds the site into dist: pages from the repository's documents, the API reference from the
// sources, the explorer as its example builds it, and llms.txt.
//
//   node src/build.mjs [--prepare]     --prepare writes content/ and stops
//   SITE_BASE=/embedllm/               where the host serves it from
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, runPnpm } from '../../scripts/workspace.mjs';
import { collectPages, linkPages, pageFinder } from './collect-pages.mjs';
import { sidebarOf } from './sidebar.mjs';

const site = fileURLToPath(new URL('..', import.meta.url));
const content = join(site, 'content');

rmSync(content, { recursive: true, force: true });
mkdirSync(join(content, 'public', 'images'), { recursive: true });
copyFileSync(join(site, 'icon.svg'), join(content, 'public', 'icon.svg'));
const pages = collectPages();
writePages();
run('typedoc', ['--options', join(site, 'typedoc.config.mjs')], root);
writeFileSync(
  join(content, 'site.json'),
  JSON.stringify({ sidebar: sidebarOf(pages, join(content, 'api')) }),
);
copyExplorer();
if (!process.argv.includes('--prepare')) run('vitepress', ['build', '.'], site);

function writePages() {
  const pageOf = pageFinder(pages);
  const lines = [];
  const texts = [];
  for (const entry of pages) {
    const text = linkPages(entry, pageOf, (picture) => {
      copyFileSync(join(root, picture), join(content, 'public', 'images', basename(picture)));
      return `/images/${basename(picture)}`;
    });
    const file = join(content, entry.page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (entry.page === 'index.md') continue;
    lines.push(`- [${entry.title}](${entry.page.replace(/md$/, 'html')})${summaryOf(entry)}`);
    texts.push(`<!-- ${entry.page} -->\n\n${entry.markdown.trim()}\n`);
  }
  const head =
    '# EmbedLLM for TypeScript\n\n> Learns one vector per LLM from which questions it answered correctly, to route questions, forecast benchmark scores and compare models.\n';
  writeFileSync(join(content, 'public', 'llms.txt'), `${head}\n${lines.join('\n')}\n`);
  writeFileSync(join(content, 'public', 'llms-full.txt'), `${head}\n${texts.join('\n')}`);
}

/** The first sentence under the title. */
function summaryOf({ markdown }) {
  const paragraph = /^# .+\n+([A-Z][^\n]*(?:\n[^\n]+)*)/m.exec(markdown)?.[1];
  const sentence = paragraph?.replaceAll('\n', ' ').match(/^.*?[.:](?= |$)/)?.[0];
  return sentence ? `: ${sentence}` : '';
}

function copyExplorer() {
  const built = join(root, 'examples/explorer/output/site');
  if (!existsSync(built)) {
    const status = runPnpm(['--filter', '@embedllm/example-explorer', 'run', 'start'], root);
    if (status !== 0) process.exit(status);
  }
  cpSync(built, join(content, 'public', 'explorer'), { recursive: true });
}

function run(program, programArguments, directory) {
  const path = join(site, 'node_modules', '.bin', program);
  const { status } = spawnSync(path, programArguments, { cwd: directory, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${relative(root, path)} failed with exit code ${status}.`);
  process.exit(1);
}
