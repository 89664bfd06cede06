// Looks at the built site as a visitor does, from a sub-folder of a host: every link and anchor leads
// somewhere, and the main pages load in Chromium, in light and dark, on a phone and a wide screen,
// without an error, without sideways scrolling, and without a violation that axe finds.
// Ends with one line: `site checks: N passed, N failed`.
//
//   SITE_BASE=/embedllm/ node src/build.mjs && SITE_BASE=/embedllm/ node src/check.mjs
//
// `--pictures` leaves out links and search, looks at all tutorials and at the explorer on a phone too,
// and writes what it sees to output/, whole pages.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const base = process.env.SITE_BASE ?? '/';
const site = fileURLToPath(new URL('..', import.meta.url));
const dist = join(site, 'dist');
const output = join(site, 'output');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  'index.html',
  'tutorials/route-in-an-app.html',
  'guides/concepts-and-mathematics.html',
  'measurements/routing.html',
  'how-it-compares.html',
  'when-not-to-route.html',
  'packages/core.html',
  'api/@embedllm/router.html',
];
const isForPictures = process.argv.includes('--pictures');
if (isForPictures) {
  const tutorials = readdirSync(join(dist, 'tutorials')).map((name) => `tutorials/${name}`);
  PAGES.push(...tutorials.filter((name) => /html$/.test(name) && !PAGES.includes(name)));
}
const WIDTHS = { phone: 390, wide: 1440 };
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

let passed = 0;
let failed = 0;
if (isForPictures) mkdirSync(output, { recursive: true });
else checkLinks();
await checkInChromium();
console.log(`site checks: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Links within the site lead to files, and anchors to ids. */
function checkLinks() {
  const files = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.html'));
  const idsOf = new Map();
  const ids = (file) => {
    if (!idsOf.has(file)) {
      const text = readFileSync(join(dist, file), 'utf8');
      idsOf.set(file, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)));
    }
    return idsOf.get(file);
  };
  for (const file of files) {
    const text = readFileSync(join(dist, file), 'utf8');
    const problems = [];
    for (const [, raw] of text.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      const url = new URL(raw.replaceAll('&amp;', '&'), `http://site${base}${file}`);
      if (url.host !== 'site') continue;
      const target = targetOf(decodeURIComponent(url.pathname));
      if (!target) problems.push(`there is no ${raw}`);
      else if (url.hash && target.endsWith('.html') && !target.startsWith('explorer/')) {
        const id = decodeURIComponent(url.hash.slice(1));
        if (id && !ids(target).has(id)) problems.push(`${target} has no #${id}`);
      }
    }
    report(`links of ${file}`, [...new Set(problems)]);
  }
}

/** The file behind an address; undefined without one, or outside of the base. */
function targetOf(pathname) {
  if (!pathname.startsWith(base)) return undefined;
  const path = normalize(pathname.slice(base.length) || 'index.html');
  const candidates = path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
  return candidates.find(
    (name) => !name.startsWith('..') && extname(name) && existsSync(join(dist, name)),
  );
}

async function checkInChromium() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    report('Chromium', [`there is no ${executablePath}; CHROMIUM names another one`]);
    return;
  }
  const server = createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    for (const colorScheme of ['light', 'dark']) {
      for (const [name, width] of Object.entries(WIDTHS)) {
        const context = await browser.newContext({
          colorScheme,
          viewport: { width, height: 900 },
          reducedMotion: 'reduce',
        });
        for (const page of PAGES) await look(context, origin, page, `${colorScheme}-${name}`);
        if (name === 'wide' || isForPictures)
          await lookAtExplorer(context, origin, `${colorScheme}-${name}`);
        await context.close();
      }
    }
    if (!isForPictures) await search(browser, origin);
  } finally {
    await browser.close();
    server.close();
  }
}

function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://site');
  const target = targetOf(decodeURIComponent(pathname));
  if (!target) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[extname(target)] ?? 'application/octet-stream' });
  return response.end(readFileSync(join(dist, target)));
}

async function look(context, origin, path, variant) {
  const { page, problems } = await open(context, `${origin}${base}${path}`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) problems.push(`scrolls sideways by ${overflow} pixels`);
  problems.push(...(await violations(page)));
  await takePicture(page, `${path.replaceAll(/[/@]/g, '-')}-${variant}`);
  await page.close();
  report(`${path}, ${variant}`, problems);
}

/** The explorer has its own tests; here it must load from within the site. */
async function lookAtExplorer(context, origin, variant) {
  const { page, problems } = await open(context, `${origin}${base}explorer/index.html`);
  await page.locator('.decision-model').waitFor({ timeout: 60_000 });
  await takePicture(page, `explorer-${variant}`);
  await page.close();
  report(`explorer, ${variant}`, problems);
}

async function takePicture(page, name) {
  if (!isForPictures) return;
  await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
}

async function open(context, url) {
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  return { page, problems };
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map(
    ({ id, nodes }) =>
      `axe: ${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 120))
        .join(' | ')}`,
  );
}

/** By keyboard alone: open, type, go to the first result. */
async function search(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page, problems } = await open(context, `${origin}${base}`);
  await page.keyboard.press('Control+k');
  await page.locator('#localsearch-input').waitFor();
  await page.keyboard.type('familiarity');
  await page.locator('.results a').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== base);
  await context.close();
  report('search by keyboard', problems);
}

function report(what, problems) {
  if (problems.length === 0) passed++;
  else failed++;
  if (problems.length > 0) console.log(`FAILED: ${what}`);
  for (const problem of problems) console.log(`  ${problem}`);
}
