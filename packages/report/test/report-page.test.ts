import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inspectQuality } from '@embedllm/dataset-builder';
import { findChromium } from '@embedllm/internals/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectReport, renderReport } from '../src/index.js';
import { reportFixture } from '../src/report.fixture.js';

/** Frames of the width of a telephone (390 pixels and a scroll bar) and of a desk, whose measures end up in the page. */
const HARNESS = `<!doctype html><meta charset="utf-8"><pre id="out"></pre>
<iframe src="/report" width="405" height="800"></iframe>
<iframe src="/report" width="1400" height="800"></iframe>
<iframe src="/broken" width="390" height="800"></iframe>
<script>
addEventListener('load', () => {
  const measures = [...document.querySelectorAll('iframe')].map(({ contentDocument: page }) => {
    for (const details of page.querySelectorAll('details')) details.open = true;
    const root = page.documentElement;
    const shown = (selector) => [...page.querySelectorAll(selector)]
      .filter((element) => element.getClientRects().length > 0).length;
    return {
      client: root.clientWidth, scroll: root.scrollWidth, height: root.scrollHeight,
      wide: shown('.chart.wide'), narrow: shown('.chart.narrow'),
      font: page.defaultView.getComputedStyle(page.body).fontFamily,
      cut: [...page.querySelectorAll('h1, h2, h3, p, dd, figcaption, li, caption')]
        .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 &&
          !element.closest('.scroll') && !element.closest('.skip'))
        .map((element) => element.textContent.slice(0, 60)),
    };
  });
  out.textContent = JSON.stringify(measures);
});
</script>`;

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a report in headless Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-report-'));
  const asked: string[] = [];
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    const fixture = await reportFixture({
      names: ['a', `unbroken${'name'.repeat(60)}`, 'עברית', '<b>bold</b>', 'e', 'f', 'g', 'h'],
      prompt: (index) => `${'unbroken'.repeat(40)} ${index}`,
    });
    const report = await renderReport(
      await collectReport({
        ...fixture,
        quality: await inspectQuality(fixture.dataset),
        comparison: { seeds: [0] },
        heldOutBenchmarks: 2,
      }),
    );
    const pages: Readonly<Record<string, string>> = {
      '/': HARNESS,
      '/report': report,
      // What the policy must refuse: proof that a refusal would be noticed.
      '/broken': report.replace('<h1>', '<h1 style="color:red" onclick="void 0">'),
    };
    server = createServer((request, response) => {
      const path = request.url ?? '/';
      asked.push(path);
      response.writeHead(pages[path] === undefined ? 404 : 200, {
        'content-type': 'text/html; charset=utf-8',
      });
      response.end(pages[path] ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    origin = `http://127.0.0.1:${address.port}`;
  });

  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no console errors, makes no requests and does not overflow at any width', async () => {
    const { stdout, stderr } = await promisify(execFile)(
      chromium ?? '',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--enable-logging=stderr',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--window-size=1900,1200',
        '--virtual-time-budget=10000',
        '--dump-dom',
        `${origin}/`,
      ],
      { timeout: 90_000, maxBuffer: 64 * 1024 * 1024 },
    );
    const out = /<pre id="out">(.*?)<\/pre>/s.exec(stdout)?.[1] ?? '';
    const [narrow, wide] = JSON.parse(
      out.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    );
    expect(narrow).toMatchObject({ client: 390, scroll: 390, wide: 0, cut: [] });
    expect(wide).toMatchObject({ scroll: wide.client, narrow: 0, cut: [] });
    // The style sheet is in force, and charts are drawn.
    expect(narrow.font).toContain('system-ui');
    expect(narrow.narrow).toBeGreaterThan(3);
    expect(wide.wide).toBe(narrow.narrow);
    expect(narrow.height).toBeGreaterThan(3000);

    const messages = stderr.split('\n').filter((line) => line.includes('CONSOLE'));
    const of = (path: string): string[] =>
      messages.filter((line) => line.includes(`${origin}${path} `));
    expect(of('/broken').length).toBeGreaterThan(0);
    expect(of('/report')).toEqual([]);
    expect(new Set(asked.filter((path) => path !== '/favicon.ico'))).toEqual(
      new Set(['/', '/report', '/broken']),
    );
  });
});
