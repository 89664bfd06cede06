import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@embedllm/internals/testing';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplorerData } from '../src/explorer-data.js';
import { readSampleEvaluation } from '../src/prepare/load-evaluation.js';
import { prepareSite } from '../src/prepare/prepare-site.js';
import { buildSite } from '../src/site/build-site.js';
import { launchChromium } from '../src/site/chromium.js';
import { askPage, compareWithNode, readRanking } from '../src/site/compare-with-node.js';
import { serveSite } from '../src/site/serve-site.js';

const executable = findChromium();
const DESKTOP = { width: 1280, height: 900 };
/** How long to wait for what comes without a network, on a machine that may be busy. */
const SOON = { timeout: 30_000 };

describe.skipIf(executable === undefined)('the explorer in Chromium', () => {
  const output = mkdtempSync(join(tmpdir(), 'embedllm-explorer-'));
  let data: ExplorerData;
  let server: Awaited<ReturnType<typeof serveSite>>;
  let browser: Browser;
  /** One page for all tests that do not need a fresh one, since loading is what takes long. */
  let page: Page;
  /** Another, for tests in which loading fails. */
  let fresh: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  const newPage = async (): Promise<Page> => {
    const made = await browser.newPage({ viewport: DESKTOP, reducedMotion: 'reduce' });
    made.on('pageerror', (error) => complaints.push(String(error)));
    made.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    made.on('request', (request) => requests.push(request.url()));
    return made;
  };

  beforeAll(async () => {
    data = await prepareSite({
      evaluation: await readSampleEvaluation(),
      folder: join(output, 'public'),
      seed: 3,
      terms: 600,
    });
    await buildSite(output);
    server = await serveSite(output);
    browser = await launchChromium(executable ?? '');
    page = await newPage();
    fresh = await newPage();
    await page.goto(server.url);
    await page.locator('.decision-model').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(output, { recursive: true, force: true });
  });

  const slider = (): Locator => page.getByRole('slider');
  const details = (): Locator => page.locator('.model-name');
  const lambdaAt = (stop: number): number | undefined => data.costQuality?.points[stop]?.lambda;
  const lastStop = (): number => (data.costQuality?.points.length ?? 0) - 1;

  it('asks no other origin for anything', async () => {
    await askPage(page, 'What is 17 * 23?');
    expect(requests.length).toBeGreaterThan(4);
    const elsewhere = requests.filter(
      (url) => !url.startsWith(server.url) && !url.startsWith('data:'),
    );
    expect(elsewhere).toEqual([]);
  });

  it('may not reach another origin even if it tried', async () => {
    const blocked = await page.evaluate(() =>
      fetch('http://127.0.0.1:1/').then(
        () => 'sent',
        () => 'refused',
      ),
    );
    expect(blocked).toBe('refused');
    expect(complaints.splice(0).join()).toMatch(/Content Security Policy/);
  });

  it('ranks typed questions as a Router in Node does, with the same choice', async () => {
    const questions = [
      'A shop sells 14 boxes of 36 pencils each. How many pencils are that?',
      'What does this Python code print?\nprint([x * x for x in range(5) if x % 2])',
      'A patient of 75 kilograms receives ibuprofen. How much?',
      'xyzzy',
    ];
    await slider().fill(String(lastStop()));
    for (const question of questions) {
      const shown = await askPage(page, question);
      const inNode = await compareWithNode(shown, {
        output,
        question,
        lambda: lambdaAt(lastStop()),
      });
      expect(inNode.largestProbabilityError).toBeLessThan(1e-6);
      expect(shown.chosen).toBe(inNode.chosenInNode);
      const probabilities = shown.rows.map((row) => row.probability);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    }
    expect(await page.locator('.decision-note').allTextContents()).toEqual([
      expect.stringMatching(/^The encoder knows none of its words/),
      expect.stringMatching(/^More familiar than /),
    ]);
  });

  it('reads the result out once typing rests', async () => {
    const question = 'What is the remainder when 97 is divided by 8?';
    const { chosen } = await askPage(page, question);
    await expect
      .poll(() => page.locator('section [role=status]').textContent(), SOON)
      .toMatch(new RegExp(`^Goes to ${chosen}, `));
  });

  it('clears the ranking when the question is deleted', async () => {
    await page.getByRole('textbox', { name: 'Question' }).fill('  ');
    await page.getByText('Type a question to see where it goes').waitFor();
    expect(await page.locator('.ranking data').first().textContent()).toBe('–');
    await askPage(page, 'What is 5 + 5?');
  });

  it('moves the policy with the slider: figures, traffic and the choice', async () => {
    await slider().fill(String(lastStop()));
    const question = 'A train covers 240 miles in 3 hours. How many miles in one hour?';
    await askPage(page, question);
    await slider().focus();
    const choices = new Set<string | undefined>();
    for (const stop of [lastStop(), lastStop() - 1, 0]) {
      if (stop === 0) await page.keyboard.press('Home');
      else if (stop < lastStop()) await page.keyboard.press('ArrowLeft');
      const point = data.costQuality?.points[stop];
      const quality = `${(100 * (point?.quality ?? 0)).toFixed(1)}%`;
      expect(await page.locator('.figure strong').first().textContent()).toBe(quality);
      expect(await slider().getAttribute('aria-valuetext')).toContain(quality);
      const shares = await page.locator('.traffic .value').allTextContents();
      const total = shares.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
      expect(Math.abs(total - 100)).toBeLessThanOrEqual(shares.length);
      await page.getByText(`Policy: utility at ${point?.lambda} per dollar`).waitFor();
      const shown = await readRanking(page);
      const inNode = await compareWithNode(shown, { output, question, lambda: point?.lambda });
      expect(shown.chosen).toBe(inNode.chosenInNode);
      choices.add(shown.chosen);
    }
    expect(choices.size).toBeGreaterThan(1);
  });

  it('takes a stop of the curve by a click', async () => {
    await page.locator('.stop').first().click({ force: true });
    await expect.poll(() => slider().inputValue(), SOON).toBe('0');
  });

  it('leaves the keyboard on the decision when it changes', async () => {
    await page.locator('.decision-model').focus();
    await page.evaluate(() => {
      document.activeElement?.setAttribute('data-before', '');
      const text = document.querySelector('textarea') as HTMLTextAreaElement;
      text.value = 'What is 6 + 7?';
      text.dispatchEvent(new Event('input'));
    });
    await page.locator('.decision-model:not([data-before])').waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('decision-model');
  });

  it('can be walked through by keyboard alone', async () => {
    await page.getByRole('textbox', { name: 'Question' }).focus();
    await page.keyboard.press('Shift+Tab');
    const stops: string[] = [];
    for (let press = 0; press < 13; press++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(
        () =>
          document.activeElement?.getAttribute('role') ??
          document.activeElement?.tagName.toLowerCase() ??
          '',
      );
      stops.push(stop);
    }
    // One stop each for the ranking and the map; the five buttons are the nearest models. Then the
    // page starts over.
    expect(stops).toEqual([
      ...['textarea', 'select', 'button', 'input', 'summary', 'option', 'option'],
      ...['button', 'button', 'button', 'button', 'button', 'textarea'],
    ]);
  });

  it('selects in the ranking by arrow keys, and the map and the details follow', async () => {
    const names = await page
      .locator('.ranking li')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-model') ?? ''));
    await page.locator('.ranking li[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    expect(await details().textContent()).toBe(names[0]);
    await page.keyboard.press('ArrowDown');
    expect(await details().textContent()).toBe(names[1]);
    const onMap = page.locator('.point[aria-selected="true"]');
    expect(await onMap.getAttribute('aria-label')).toMatch(new RegExp(`^${names[1]}, `));
    await page.keyboard.press('End');
    expect(await details().textContent()).toBe(names.at(-1));
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-model'))).toBe(
      names.at(-1),
    );
  });

  it('reaches every model of the map by keyboard', async () => {
    await page.locator('.point[tabindex="0"]').focus();
    const seen = new Set<string | null>();
    const initials = new Set(data.models.map((name) => name[0] ?? ''));
    for (const initial of initials) {
      const count = data.models.filter((name) => name.startsWith(initial)).length;
      for (let press = 0; press < count; press++) {
        await page.keyboard.press(initial);
        seen.add(await details().textContent());
      }
    }
    expect([...seen].sort()).toEqual([...data.models].sort());
    await page.keyboard.press('Home');
    const left = await page.locator('.point:focus').boundingBox();
    await page.keyboard.press('ArrowRight');
    const next = await page.locator('.point:focus').boundingBox();
    expect(next?.x).toBeGreaterThan(left?.x ?? Number.NaN);
  });

  it('shows a model of the map on hover, and selects it by a click or from its neighbours', async () => {
    const point = page.locator('.point').nth(5);
    await point.hover({ force: true });
    await expect
      .poll(() => page.locator('.map-caption').textContent(), SOON)
      .toContain(data.models[5]);
    await point.click({ force: true });
    expect(await details().textContent()).toBe(data.models[5]);
    const neighbour = page.locator('.neighbours button').first();
    const name = await neighbour.textContent();
    await neighbour.press('Enter');
    expect(await details().textContent()).toBe(name);
  });

  it('shows the forecasts of the selected model', async () => {
    await page.locator('.ranking li[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    const index = data.models.indexOf((await details().textContent()) ?? '');
    const cells = await page
      .locator('.forecasts tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [row.querySelector('th')?.textContent, row.children[2]?.textContent]),
      );
    expect(cells).toEqual(
      data.forecasts.models[index]?.map(({ benchmark, accuracy }) => [
        benchmark,
        `${(100 * accuracy).toFixed(0)}%`,
      ]),
    );
  });

  it.each(['light', 'dark'] as const)(
    'has no accessibility violation in %s colours',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.locator('details').evaluate((part) => part.setAttribute('open', ''));
      expect(await accessibilityViolations(page, scheme)).toEqual([]);
    },
  );

  it.each([320, 390, 768, 1600])('fits a width of %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    const tooWide = (): Promise<string[]> =>
      page.evaluate((right) => {
        const reaches = (part: Element): number => part.getBoundingClientRect().right;
        const parts = [...document.querySelectorAll('.card')].flatMap((card) =>
          [...card.querySelectorAll(':not(.hidden)')].filter(
            (part) => reaches(part) > Math.min(reaches(card), right),
          ),
        );
        const names = parts.map(
          (part) => `${part.tagName} ${part.getAttribute('class')}: ${part.textContent}`,
        );
        return document.documentElement.scrollWidth > right ? ['the page', ...names] : names;
      }, width);
    // Drawings follow the width after the next layout.
    await expect.poll(tooWide, SOON).toEqual([]);
    await page.setViewportSize(DESKTOP);
  });

  it('says what is missing, and starts once it is there', async () => {
    await fresh.route('**/config.json', (route) => route.fulfill({ status: 404, body: '' }));
    await fresh.goto(server.url);
    const alert = fresh.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/artifact\/config\.json: The server answered 404/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await fresh.emulateMedia({ colorScheme });
      expect(await accessibilityViolations(fresh, colorScheme)).toEqual([]);
    }
    await fresh.unroute('**/config.json');
    await fresh.getByRole('button', { name: 'Try again' }).press('Enter');
    await fresh.locator('.decision-model').waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('refuses a damaged artifact and figures that are not of it', async () => {
    const alert = fresh.getByRole('alert');
    await fresh.route('**/model.safetensors', async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length - 1]! ^= 1;
      await route.fulfill({ response, body });
    });
    await fresh.goto(server.url);
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/model\.safetensors/);
    await fresh.unrouteAll();
    const other = { ...data, provenance: { ...data.provenance, dataFingerprint: 'sha256:0' } };
    await fresh.route('**/explorer.json', (route) => route.fulfill({ json: other }));
    await fresh.getByRole('button', { name: 'Try again' }).click();
    await fresh.getByText('trained on other data').waitFor();
    await fresh.unrouteAll();
    // The browser reports refused requests, and the page the reason.
    complaints.length = 0;
  });

  it('leaves cost out where there are no prices', async () => {
    await fresh.route('**/explorer.json', (route) =>
      route.fulfill({ json: { ...data, costQuality: null } }),
    );
    await fresh.goto(server.url);
    await fresh.locator('.decision-model').waitFor();
    expect(await fresh.getByRole('slider').count()).toBe(0);
    const question = 'What is 17 * 23?';
    const shown = await askPage(fresh, question);
    const inNode = await compareWithNode(shown, { output, question, lambda: undefined });
    expect(shown.chosen).toBe(inNode.chosenInNode);
    expect(shown.chosen).toBe(shown.rows[0]?.model);
  });

  it('has complained of nothing else', () => {
    expect(complaints).toEqual([]);
  });
});

/** What axe-core finds, as rule and element: all in light colours, what colours change in dark. */
async function accessibilityViolations(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
  await page.evaluate(axe.source);
  const rules = scheme === 'light' ? '{}' : "{ runOnly: ['color-contrast'] }";
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${rules})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
