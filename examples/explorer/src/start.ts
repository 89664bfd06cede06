// Prepares the data, builds the page, says how large it is, and opens it once in Chromium.

import { resolve } from 'node:path';
import { findChromium } from '@embedllm/internals/testing';
import type { ExplorerData } from './explorer-data.js';
import { readArguments } from './prepare/arguments.js';
import { prepare, reportFailure } from './prepare.js';
import { buildSite, type SiteFile } from './site/build-site.js';
import { launchChromium } from './site/chromium.js';
import { askPage, compareWithNode } from './site/compare-with-node.js';
import { serveSite } from './site/serve-site.js';

const QUESTION = 'A shop sells 14 boxes of 36 pencils each. How many pencils are that?';
const TOLERANCE = 1e-6;

async function main(): Promise<void> {
  const options = readArguments();
  const data = await prepare(options);
  const started = performance.now();
  const files = await buildSite(options.output);
  console.log(`\nBuilt in ${seconds(started)}: ${resolve(options.output, 'site')}`);
  for (const line of describeSizes(files)) console.log(line);
  const executable = findChromium();
  if (executable === undefined) {
    console.log('\nNo Chromium found: the page was built but not opened.');
    return;
  }
  await openOnce(executable, options.output, data);
}

/** Throws when the page does not load, complains, or decides otherwise than Node does. */
async function openOnce(executable: string, output: string, data: ExplorerData): Promise<void> {
  const started = performance.now();
  const server = await serveSite(output);
  const browser = await launchChromium(executable);
  try {
    const page = await browser.newPage({ reducedMotion: 'reduce' });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(server.url);
    await page.locator('.decision-model').waitFor();
    const shown = await askPage(page, QUESTION);
    const { chosenInNode, largestProbabilityError } = await compareWithNode(shown, {
      output,
      question: QUESTION,
      lambda: data.costQuality?.points.at(-1)?.lambda,
    });
    if (complaints.length > 0)
      throw new Error(`The page reported problems: ${complaints.join('; ')}`);
    if (shown.chosen !== chosenInNode || !(largestProbabilityError <= TOLERANCE)) {
      throw new Error(
        `The page routes to ${shown.chosen} and Node to ${chosenInNode}; their probabilities differ by up to ${largestProbabilityError}.`,
      );
    }
    console.log(
      `\nOpened in Chromium (${seconds(started)}): it routes to ${shown.chosen}, as Node does, ` +
        `probabilities of ${shown.rows.length} models within ${largestProbabilityError.toExponential(0)}.`,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}

function describeSizes(files: readonly SiteFile[]): string[] {
  const kinds: [string, (path: string) => boolean][] = [
    ['JavaScript', (path) => path.endsWith('.js')],
    ['styles and HTML', (path) => /\.(css|html)$/.test(path)],
    ['explorer.json', (path) => path === 'explorer.json'],
    ['artifact', (path) => path.startsWith('artifact')],
  ];
  return kinds.map(([kind, isOfKind]) => {
    const own = files.filter(({ path }) => isOfKind(path));
    const total = (size: (file: SiteFile) => number): string =>
      `${(own.reduce((sum, file) => sum + size(file), 0) / 1000).toFixed(1)} kB`;
    const bytes = total((file) => file.bytes).padStart(11);
    return `  ${kind.padEnd(16)}${bytes}${total((file) => file.gzipBytes).padStart(11)} with gzip`;
  });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

main().catch(reportFailure);
