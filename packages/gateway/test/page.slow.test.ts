import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@embedllm/internals/testing';
import type { RouteDecision } from '@embedllm/router';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createGateway, parseGatewayConfiguration } from '../src/index.js';
import type { PageState } from '../src/ui/page-state.js';
import {
  json,
  type ScriptedGateway,
  scriptedGateway,
  stopScripted,
  well,
} from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

const folders: string[] = [];
afterEach(async () => {
  await stopScripted();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const ADMIN_KEY = 'operator-key-55cc';
/** What would run if a name became HTML, by itself, as an attribute or as the end of a script. */
const HOSTILE = `<img src=x onerror="document.title='owned'">"'</script><script>document.title='owned'</script>`;
const LONG = 'unbroken'.repeat(30);
const broken = (response: Parameters<typeof json>[0]): void => json(response, 503, {});

const withAdmin = {
  authentication: {
    keys: [
      { name: HOSTILE, env: 'CLIENT_KEY' },
      { name: 'operator', env: 'ADMIN_KEY', admin: true },
    ],
  },
};

async function busyGateway(settings: object = {}): Promise<ScriptedGateway> {
  const names = [HOSTILE, LONG, 'broken'];
  const order = ['broken', HOSTILE, LONG];
  const priced = (price: number) => ({
    upstream: 'local',
    pricePerMillionInputTokens: price,
    pricePerMillionOutputTokens: price,
  });
  const candidates = order.map((name, index) => ({
    model: { name },
    probability: 0.9 - index / 10,
    expectedCostUsd: 0.001,
  }));
  const first = candidates[0];
  if (!first) throw new Error('There is no candidate.');
  const decision: RouteDecision = {
    ...first,
    candidates,
    reason: `${HOSTILE} is the cheapest above 0.5.`,
    policy: 'cheapest-above',
    familiarity: 0.42,
  };
  const gateway = await scriptedGateway(
    { [HOSTILE]: well, [LONG]: well, broken },
    {
      retries: { attempts: 1 },
      breaker: { window: 2, minimumCalls: 2 },
      models: { [HOSTILE]: priced(1), [LONG]: priced(100), broken: priced(2) },
      routing: { baseline: LONG },
      ...withAdmin,
      ...settings,
    },
    {
      environment: { ADMIN_KEY },
      loadRouter: async () => ({
        models: names.map((name) => ({ name })),
        route: async () => decision,
      }),
    },
  );
  for (let call = 0; call < 3; call++) await gateway.ask('auto');
  await gateway.ask(LONG, { stream: true });
  await gateway.ask('broken');
  return gateway;
}

const get = (gateway: ScriptedGateway, path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers });
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`,
});

describe('the page of the operator', () => {
  it('shows what happened to operators alone', async () => {
    const gateway = await busyGateway();
    for (const path of ['/ui', '/ui/state', '/ui/script.js', '/ui/style.css']) {
      const refused = await get(gateway, path);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect((await get(gateway, path, basic(CLIENT_KEY))).status).toBe(401);
      expect((await get(gateway, path, basic('wrong'))).status).toBe(401);
      expect((await get(gateway, path, { authorization: 'Basic %%' })).status).toBe(401);
      expect((await get(gateway, path, basic(ADMIN_KEY))).status).toBe(200);
    }
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const state: PageState = JSON.parse(await (await get(gateway, '/ui/state', headers)).text());
    expect(state).toMatchObject({ baseline: LONG, running: 0, isDraining: false });
    expect(state.models).toMatchObject([
      { name: HOSTILE, circuit: 'closed', isRouted: true },
      { name: LONG },
      { name: 'broken', circuit: 'open', failedCalls: 2 },
    ]);
    expect(state.spending).toMatchObject([
      { key: HOSTILE, model: HOSTILE, requests: 3, failures: 0, inputTokens: 3, outputTokens: 3 },
      { key: HOSTILE, model: LONG, requests: 1 },
      { key: HOSTILE, model: 'broken', requests: 1, failures: 1 },
    ]);
    expect(state.spending[0]?.costUsd).toBeCloseTo(6e-6, 12);
    expect(state.spending[0]?.savedUsd).toBeCloseTo(594e-6, 12);
    expect(state.recent).toHaveLength(5);
    expect(state.recent[4]).toMatchObject({
      log: {
        asked: 'auto',
        chosen: 'broken',
        model: HOSTILE,
        reason: expect.stringContaining('cheapest'),
      },
      candidates: [{ model: 'broken', probability: 0.9 }, {}, {}],
    });
    // Polling does not fill the log.
    expect(gateway.events.filter(({ message }) => message.includes('/ui/state 200'))).toEqual([]);
  });

  it('without such a key is for this machine alone, and not for those behind a proxy', async () => {
    const gateway = await scriptedGateway({ model: well });
    expect((await get(gateway, '/ui')).status).toBe(200);
    expect((await get(gateway, '/ui', { 'x-forwarded-for': '8.8.8.8' })).status).toBe(403);
    expect((await get(gateway, '/ui', { via: '1.1 proxy' })).status).toBe(403);
    const { configuration } = parsed();
    const { app } = createGateway({ configuration });
    expect((await app.request('http://localhost/ui')).status).toBe(403);
    const from = (remoteAddress: string, host: string) =>
      app.request(
        'http://gateway/ui',
        { headers: { host } },
        { incoming: socketOf(remoteAddress) },
      );
    expect((await from('127.0.0.1', 'localhost:8080')).status).toBe(200);
    expect((await from('::ffff:127.0.0.1', '[::1]:8080')).status).toBe(200);
    expect((await from('10.0.0.7', 'localhost')).status).toBe(403);
    expect((await from('127.0.0.1', 'evil.example')).status).toBe(403);
  });

  it('can be turned off', async () => {
    const gateway = await scriptedGateway({ model: well }, { ui: false });
    expect((await get(gateway, '/ui')).status).toBe(404);
    expect((await get(gateway, '/ui/state')).status).toBe(404);
  });
});

function socketOf(remoteAddress: string): object {
  return { socket: { remoteAddress } };
}

function parsed() {
  const settings = {
    upstreams: { local: { baseURL: 'http://127.0.0.1:1/v1' } },
    models: { model: { upstream: 'local' } },
  };
  return { configuration: parseGatewayConfiguration(settings, { environment: {} }) };
}

/** A gateway that has answered by a cascade, and asked a second model in the background. */
async function askingGateway(): Promise<ScriptedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-page-'));
  folders.push(folder);
  const price = { pricePerMillionInputTokens: 1000, pricePerMillionOutputTokens: 1000 };
  const model = { upstream: 'local', maxOutputTokens: 10, ...price };
  const gateway = await scriptedGateway(
    { a: well, b: broken, large: well },
    {
      retries: { attempts: 1 },
      models: { a: model, b: model, large: model },
      routing: {
        cascades: { pair: { ask: ['a', 'b'], escalate: 'large', key: 'text' } },
        shadow: { use: 'large', ask: { model: 'a', share: 1, dollars: { day: 1 } } },
      },
      decisions: { file: join(folder, 'decisions.jsonl') },
      ...withAdmin,
    },
    { environment: { ADMIN_KEY } },
  );
  await gateway.ask('pair');
  await gateway.ask('auto');
  await vi.waitFor(async () => {
    expect(await gateway.gateway.metrics()).toContain('shadow_calls_total{model="a"');
  });
  return gateway;
}

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)('the page of the operator in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(() => browser?.close());

  async function openPage(
    gateway: ScriptedGateway,
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<{ page: Page; problems: string[] }> {
    const httpCredentials = { username: 'me', password: ADMIN_KEY };
    const page = await browser.newPage({ httpCredentials, ...options });
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${gateway.url}/ui`);
    await page.waitForSelector('#recent li');
    return { page, problems };
  }

  it('shows traffic, models, spending and decisions, and hostile names as text', async () => {
    const gateway = await busyGateway();
    const { page, problems } = await openPage(gateway);
    const { SCREENSHOTS } = process.env;
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'wide.png'), fullPage: true });
    expect(await page.title()).toBe('EmbedLLM gateway');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('#models tr').allTextContents()).toEqual([
      `${HOSTILE}localworks30$0.000006$0.000594`,
      expect.stringContaining(LONG),
      expect.stringContaining('open circuit'),
    ]);
    expect(await page.locator('#spending tr').count()).toBe(3);
    expect(await page.locator('#recent li > p:first-child').first().textContent()).toMatch(
      /broken/,
    );
    const decision = page.locator('#recent > li').last();
    expect(await decision.textContent()).toContain(`${HOSTILE} is the cheapest above 0.5.`);
    expect(await decision.textContent()).toContain('familiarity 42.0%');
    expect(await page.locator('#traffic rect').count()).toBeGreaterThan(0);
    expect(await page.locator('#traffic').getAttribute('aria-label')).toBe(
      '5 requests in the last five minutes, 1 failed',
    );
    expect(problems).toEqual([]);
    await page.close();
  });

  it('shows what cascades and calls in shadow asked, and what these cost', async () => {
    const gateway = await askingGateway();
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const state: PageState = JSON.parse(await (await get(gateway, '/ui/state', headers)).text());
    // Each model that was asked, and the background apart from what clients asked.
    expect(state.spending.map(({ key, model, requests }) => [key, model, requests])).toEqual([
      [HOSTILE, 'a', 1],
      [HOSTILE, 'b', 1],
      [HOSTILE, 'large', 2],
      ['(shadow)', 'a', 1],
    ]);
    const { page, problems } = await openPage(gateway);
    const entries = await page.locator('#recent > li').allTextContents();
    expect(entries).toHaveLength(3);
    const [second, answered, cascade] = entries;
    expect(second).toContain('shadow → a');
    expect(second).toMatch(/second answer to [\w-]+/);
    expect(second).toContain(HOSTILE);
    expect(second).toMatch(/\$0\.00\d+/);
    expect(answered).toContain('auto → large');
    expect(cascade).toContain('pair → large');
    expect(cascade).toMatch(/cascade failed: a \$0\.00\d+, b failed.*, large \$0\.00\d+/);
    const spending = await page.locator('#spending tr').allTextContents();
    expect(spending.some((row) => row.startsWith('(shadow)a1'))).toBe(true);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('follows what happens, can be paused, and says when the gateway is gone', async () => {
    const gateway = await busyGateway();
    const { page } = await openPage(gateway);
    const decisions = page.locator('#recent > li');
    // By the keyboard alone: past the link that skips to the content, to the button.
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true');
    await gateway.ask('auto');
    expect(await decisions.count()).toBe(5);
    // An opened decision stays open as others come.
    await page.locator('summary').first().click();
    await page.locator('#pause').click();
    await page.waitForSelector('#recent > li:nth-child(6)');
    expect(await page.locator('details[open] li').count()).toBe(3);
    await gateway.close();
    await page.waitForSelector('#status.lost');
    expect(await page.locator('#status').textContent()).toContain('The gateway does not respond');
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'fits a telephone and is readable, %s',
    async (colorScheme) => {
      const gateway = await busyGateway();
      const viewport = { width: 360, height: 740 };
      const { page } = await openPage(gateway, { viewport, colorScheme, bypassCSP: true });
      const { SCREENSHOTS } = process.env;
      if (SCREENSHOTS) {
        const path = join(SCREENSHOTS, `narrow-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await page.close();
    },
  );
});
