import { createHash } from 'node:crypto';
import { inspectQuality } from '@embedllm/dataset-builder';
import { directSolver, modelMeans, oracle } from '@embedllm/trainer';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { collectReport } from './collect-report.js';
import type { ReportContent } from './content/report-content.js';
import { absent } from './content/section.js';
import { renderReport } from './render-report.js';
import { reportFixture } from './report.fixture.js';

const HOSTILE = [
  '<script>alert("model")</script>',
  `" onmouseover="alert(1)" x='`,
  '</style></svg><img src=x onerror=alert(2)>',
  `long-${'name'.repeat(1500)}`,
  '\u202eעברית \u2066و عربي',
  'nul\u0000 and half \ud800 of a pair',
  '&lt;already&gt; &amp; escaped',
  '`ticks` {{braces}} \\u003cscript\\u003e',
  'https://example.com/model.png',
];

type Document = ReturnType<typeof parseHTML>['document'];

let content: ReportContent;
let page: string;
let document: Document;
let hostilePage: string;
let hostile: Document;

beforeAll(async () => {
  const plain = await reportFixture();
  content = await collectReport({
    ...plain,
    quality: await inspectQuality(plain.dataset, { split: plain.split }),
    comparison: { seeds: [0, 1, 2], estimators: [directSolver(), modelMeans(), oracle()] },
    examples: ['What is 17 * 23?'],
  });
  page = await renderReport(content);
  ({ document } = parseHTML(page));
  const { dataset, ...rest } = await reportFixture({
    names: HOSTILE,
    prompt: (index) => `${HOSTILE[index % HOSTILE.length]} <b>question</b> ${index}`,
    benchmarks: ['<i>maths</i>', 'a "quoted" one', 'שאלות'],
  });
  const models = dataset.models.map((model) => ({ ...model, family: `<u>${model.family}</u>` }));
  hostilePage = await renderReport(
    await collectReport({
      ...rest,
      dataset: { ...dataset, models },
      quality: await inspectQuality(dataset, { split: rest.split }),
      artifact: { ...rest.artifact, models },
      title: 'Report </title><script>alert(3)</script>',
      dataName: '<a href="https://example.com">data</a>',
      splitName: '--><script>',
      examples: ['<textarea>', '\u202eright to left'],
      comparison: false,
      heldOutBenchmarks: 0,
    }),
  );
  hostile = parseHTML(hostilePage).document;
});

describe('renderReport', () => {
  it('shows the given figures', () => {
    if (!content.evaluation.available || !content.comparison.available) throw new Error();
    const cells = (id: string): string[][] =>
      [...(document.getElementById(id)?.closest('table')?.querySelectorAll('tbody tr') ?? [])].map(
        (row) => [...row.children].map((cell) => cell.textContent ?? ''),
      );
    const figures = cells('evaluation-figures');
    expect(figures).toHaveLength(content.evaluation.content.rows.length);
    content.evaluation.content.rows.forEach(({ name, metrics, routingAccuracy }, index) => {
      expect(figures[index]?.[0]).toBe(name);
      expect(figures[index]?.[2]).toBe(metrics?.auroc?.toFixed(4) ?? '–');
      expect(figures[index]?.[6]).toContain(routingAccuracy.mean.toFixed(4));
    });
    const compared = cells('comparison-figures');
    content.comparison.content.entries.forEach(({ name, metrics }, index) => {
      expect(compared[index]?.[0]).toBe(name);
      expect(compared[index]?.[4]).toContain(metrics.logLoss?.mean.toFixed(4));
    });
    expect(cells('map-models')).toHaveLength(9);
  });

  it('states the familiarity of a routed question on one line', async () => {
    if (!content.routing.available) throw new Error();
    const { routing } = content;
    const drawn = routing.content.drawn.map((question) => ({ ...question, familiarity: 0.25 }));
    const page = await renderReport({
      ...content,
      routing: { ...routing, content: { ...routing.content, drawn } },
    });
    expect(page).toContain('More familiar than 25.0% of the questions');
    expect(document.body.textContent).not.toContain('More familiar than');
  });

  it('draws every model, setting and benchmark, on wide and narrow screens', () => {
    const titles = (selector: string): number =>
      document.querySelectorAll(`${selector} svg title`).length;
    expect(titles('section[aria-labelledby=map] .wide')).toBe(9);
    expect(titles('section[aria-labelledby=map] .narrow')).toBe(9);
    if (!content.costQuality.available) throw new Error(content.costQuality.reason);
    const { models, router } = content.costQuality.content;
    expect(titles('section[aria-labelledby=cost] .wide')).toBe(models.length + router.length);
    expect(document.querySelectorAll('section[aria-labelledby=forecasts] .panel svg')).toHaveLength(
      6,
    );
  });

  it('renders the same after a round trip through JSON', async () => {
    expect(await renderReport(JSON.parse(JSON.stringify(content)))).toBe(page);
  });

  it('explains why a section is missing', async () => {
    const text = await renderReport({
      ...content,
      evaluation: absent('It needs <an> artifact.'),
      costQuality: absent('No price is known.'),
    });
    expect(text).toContain('It needs &lt;an&gt; artifact.');
    const { document: shorter } = parseHTML(text);
    expect(shorter.querySelectorAll('section')).toHaveLength(9);
    expect(shorter.querySelector('section[aria-labelledby=cost]')?.textContent).toContain(
      'No price is known.',
    );
  });

  it('loads nothing, and its content security policy allows only its own style sheet', () => {
    for (const text of [page, hostilePage]) {
      const { document: parsed } = parseHTML(text);
      expect(
        parsed.querySelectorAll('script, link, img, iframe, object, embed, form'),
      ).toHaveLength(0);
      expect(
        parsed.querySelectorAll('[src], [srcset], [style], [onerror], [onmouseover]'),
      ).toHaveLength(0);
      for (const link of parsed.querySelectorAll('[href]')) {
        expect(link.getAttribute('href')).toMatch(/^#/);
      }
      const styles = [...parsed.querySelectorAll('style')];
      expect(styles).toHaveLength(1);
      const sheet = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
      expect(sheet).not.toMatch(/url\(|@import/);
      const hash = createHash('sha256').update(sheet).digest('base64');
      const policy = parsed.querySelector('meta[http-equiv]')?.getAttribute('content');
      expect(policy).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
      );
    }
  });

  it('escapes hostile names, questions and titles', () => {
    expect(hostile.title).toBe('Report </title><script>alert(3)</script>');
    expect(hostile.querySelector('h1')?.textContent).toBe(
      'Report </title><script>alert(3)</script>',
    );
    const elements = new Set(
      [...hostile.querySelectorAll('*')].map(({ localName }) => localName.toLowerCase()),
    );
    for (const name of ['script', 'img', 'textarea', 'b', 'i', 'u']) {
      expect(elements.has(name), name).toBe(false);
    }
    const names = [
      ...(hostile.getElementById('map-models')?.closest('table')?.querySelectorAll('tbody th') ??
        []),
    ].map((cell) => cell.textContent);
    expect(names).toHaveLength(HOSTILE.length);
    for (const name of HOSTILE.slice(0, 5)) expect(names).toContain(name);
    expect(names).toContain('nul\ufffd and half \ufffd of a pair');
    expect(hostilePage).not.toContain('\u0000');
    expect(hostilePage).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    // Names in charts are cut, names in tables stand alone whatever their direction.
    for (const text of hostile.querySelectorAll('svg text')) {
      expect(text.textContent?.length ?? 0).toBeLessThan(80);
    }
    for (const cell of hostile.querySelectorAll('tbody th')) {
      if (/[\u0590-\u06ff]/.test(cell.textContent ?? '')) {
        expect(cell.querySelector('bdi')).not.toBeNull();
      }
    }
  });

  it.each([
    ['usual', () => document],
    ['hostile', () => hostile],
  ])('has headings, captions and labels for %s content', (_, pick) => {
    const parsed = pick();
    const ids = [...parsed.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of parsed.querySelectorAll('[aria-labelledby]')) {
      expect(ids).toContain(element.getAttribute('aria-labelledby'));
    }
    for (const link of parsed.querySelectorAll('a[href^="#"]')) {
      expect(ids).toContain(link.getAttribute('href')?.slice(1));
    }
    for (const table of parsed.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent).toBeTruthy();
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(1);
      for (const row of table.querySelectorAll('tbody tr')) {
        expect(row.children).toHaveLength(table.querySelectorAll('thead th').length);
        expect(row.querySelector('th[scope=row]')).not.toBeNull();
      }
      expect(table.parentElement?.getAttribute('tabindex')).toBe('0');
    }
    for (const svg of parsed.querySelectorAll('svg')) {
      if (svg.closest('[aria-hidden=true]')) continue;
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(10);
    }
    let level = 0;
    for (const heading of parsed.querySelectorAll('main h1, main h2, main h3, main h4')) {
      const next = Number(heading.localName.slice(1));
      expect(next - Math.max(level, 1)).toBeLessThanOrEqual(1);
      level = next;
    }
    expect(parsed.documentElement.getAttribute('lang')).toBe('en');
    expect(parsed.querySelectorAll('h1')).toHaveLength(1);
    // Whoever goes from landmark to landmark must not miss a part.
    for (const child of parsed.querySelector('.page')?.children ?? []) {
      expect(['header', 'nav', 'main', 'footer']).toContain(child.localName);
    }
  });

  it('uses only colours of the theme', () => {
    for (const svg of document.querySelectorAll('svg')) {
      for (const element of svg.querySelectorAll('[fill], [stroke]')) {
        for (const name of ['fill', 'stroke']) {
          const color = element.getAttribute(name);
          if (color !== null) expect(color).toMatch(/^(none|currentColor|var\(--[a-z0-9-]+\))$/);
        }
      }
    }
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});
