// Starts the built app with a local provider, and talks to it in Chromium by keyboard: each answer says
// which model gave it, why, and what was saved. In light and dark, on a phone and a wide screen,
// without an error, without sideways scrolling and without a violation that axe finds. Pictures are
// in output/. Ends with one line: `next-chat checks: N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { chromium } from 'playwright-core';
import { startLocalProvider } from './local-provider.mjs';

const EASY = 'What is 3 plus 4?';
const HARD =
  'Find the number of ordered triples of positive integers (a, b, c) with a^2 + b^3 + c^4 = 2025.';
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let passed = 0;
let failed = 0;
mkdirSync('output', { recursive: true });

const provider = await startLocalProvider();
const port = await freePort();
const app = spawn(
  'node_modules/.bin/next',
  ['start', '--hostname', '127.0.0.1', '--port', String(port)],
  {
    env: { ...process.env, OPENAI_BASE_URL: provider.baseURL, OPENAI_API_KEY: 'a-local-key' },
    stdio: 'inherit',
  },
);
const ended = new Promise((done) => app.once('exit', done));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  await waitFor(`http://127.0.0.1:${port}`);
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ]) {
    await converse(width, colorScheme);
  }
  await refuse();
} finally {
  await browser.close();
  app.kill('SIGTERM');
  await ended;
  await provider.close();
}
console.log(`next-chat checks: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function converse(width, colorScheme) {
  const where = `${width} pixels, ${colorScheme}`;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(`http://127.0.0.1:${port}`);

  const easy = await ask(page, EASY);
  const hard = await ask(page, HARD);
  provider.outages.add(easy.model);
  const fallenBack = await ask(page, EASY);
  provider.outages.clear();
  check(`${where}: an easy question goes to a cheaper model`, easy.model !== hard.model, easy);
  check(`${where}: the reason names the model`, easy.reason.includes(easy.model), easy);
  // 1,000 tokens in and 500 out: 0.0075 dollars of gpt-4o, less those of the cheaper model.
  check(
    `${where}: it says what was saved`,
    /^\$0\.00\d+ of \$0\.0075 \(\d+%\)/.test(easy.saved),
    easy,
  );
  check(`${where}: nothing is saved by the dearest model`, hard.saved.startsWith('nothing'), hard);
  check(
    `${where}: while that model is down, another answers and the page says so`,
    fallenBack.model !== easy.model && fallenBack.reason.includes(`${easy.model} failed`),
    fallenBack,
  );
  const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
  check(`${where}: no sideways scrolling`, scroll <= width, scroll);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  check(`${where}: axe finds nothing`, violations.length === 0, violations);
  check(`${where}: no error in the console`, problems.length === 0, problems);
  await page.screenshot({ path: `output/chat-${width}-${colorScheme}.png`, fullPage: true });
  await page.close();
}

/** By keyboard alone; returns what the page says of the answer. */
async function ask(page, text) {
  const answers = page.locator('li.assistant dl');
  const count = await answers.count();
  await page.getByLabel('Message').focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const answer = answers.nth(count);
  await answer.waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Send' }).waitFor();
  const read = (note) => answer.locator(`[data-note=${note}]`).textContent();
  return { model: await read('model'), reason: await read('reason'), saved: await read('saved') };
}

async function refuse() {
  const response = await fetch(`http://127.0.0.1:${port}/api/chat`, { method: 'POST', body: '{}' });
  check('a request without messages is refused', response.status === 400, response.status);
}

function check(what, isPassed, seen) {
  if (isPassed) passed++;
  else failed++;
  console.log(`${isPassed ? 'passed' : 'FAILED'}: ${what}`);
  if (!isPassed) console.log(`  ${JSON.stringify(seen, undefined, 2)}`);
}

async function waitFor(url) {
  for (let tries = 0; tries < 120; tries++) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`${url} does not answer.`);
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => done(free));
    });
  });
}
