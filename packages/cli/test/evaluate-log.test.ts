import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
/** Two models: `large` is right in 80% of the cases, `small` in 60%, for a tenth of the cost. */
async function writeLog(name: string, explore: number, decisions = 1500): Promise<string> {
  const random = new Random(7);
  const lines: object[] = [];
  for (let i = 0; i < decisions; i++) {
    const isSmall = random.uniform() < explore / 2;
    const model = isSmall ? 'small' : 'large';
    const propensity = isSmall ? explore / 2 : 1 - explore / 2;
    const id = `r${i}`;
    lines.push({
      ...{ id, model, chosen: model, prompt_id: id, outcome: null, status: 200, propensity },
      costUsd: isSmall ? 0.001 : 0.01,
      candidates: [
        { model, probability: isSmall ? 0.62 : 0.78, expectedCostUsd: isSmall ? 0.001 : 0.01 },
        {
          model: isSmall ? 'large' : 'small',
          probability: isSmall ? 0.78 : 0.62,
          expectedCostUsd: isSmall ? 0.01 : 0.001,
        },
      ],
    });
    const outcome = Number(random.uniform() < (isSmall ? 0.6 : 0.8));
    lines.push({ id, model, prompt_id: id, source: 'person', outcome });
  }
  await writeFile(join(folder, name), lines.map((line) => JSON.stringify(line)).join('\n'));
  return name;
}

describe('evaluate --log', () => {
  it('says what a policy would have achieved and cost', async () => {
    const log = await writeLog('decisions.jsonl', 0.4);
    const policy = ['--policy', 'cheapest-above', '--floor', '0.5'];
    const { code, stdout } = await embedllm(folder, [
      'evaluate',
      '--log',
      log,
      ...policy,
      '--json',
    ]);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ decisions: 1500, counted: 1500, policy: 'cheapest-above' });
    const { doublyRobust, snips, gain } = summary.policyQuality;
    for (const estimate of [doublyRobust, snips]) {
      expect(estimate.lower).toBeLessThan(0.6);
      expect(estimate.upper).toBeGreaterThan(0.6);
    }
    expect(gain.doublyRobust.upper).toBeLessThan(0);
    expect(summary.policyCostUsd.snips.value).toBeCloseTo(0.001, 6);
    const shown = await embedllm(folder, ['evaluate', '--log', log, ...policy]);
    expect(shown.stdout).toMatch(/1,500 of 1,500 decisions count/);
    expect(shown.stdout).toMatch(/\$ per 1,000 +doubly robust/);
  });

  it('uses pairs where a second model was also asked', async () => {
    const random = new Random(3);
    const lines: object[] = [];
    for (let i = 0; i < 400; i++) {
      const id = `r${i}`;
      const isEasy = i % 2 === 0;
      const candidates = [
        { model: 'large', probability: 0.8, expectedCostUsd: 0.01 },
        { model: 'small', probability: isEasy ? 0.75 : 0.3, expectedCostUsd: 0.001 },
      ];
      const shared = { prompt_id: id, outcome: null, status: 200, client: 'app' };
      const outcome = (of: string, model: string, rate: number) =>
        lines.push({
          ...{ id: of, model, prompt_id: id, source: 'app', client: 'app' },
          outcome: Number(random.uniform() < rate),
        });
      lines.push({
        ...{ id, model: 'large', chosen: 'small', shadow: true, costUsd: 0.01, candidates },
        ...shared,
      });
      outcome(id, 'large', 0.8);
      if (i % 4 > 1) continue;
      const second = `${id}-shadow`;
      lines.push({ id: second, shadowOf: id, model: 'small', costUsd: 0.001, ...shared });
      outcome(second, 'small', isEasy ? 0.78 : 0.2);
    }
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    await writeFile(join(folder, 'pairs.jsonl'), text);
    const run = (...argv: string[]) =>
      embedllm(folder, ['evaluate', '--log', 'pairs.jsonl', '--policy', ...argv]);
    const { code, stdout } = await run('cheapest-above', '--floor', '0.7', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ decisions: 400, counted: 200, pairs: 200, sameChoice: 0.5 });
    // Nothing is left to chance, so that all estimators agree: the mean of the answers it would have had.
    const { ips, snips, doublyRobust, gain } = found.policyQuality;
    expect(snips.value).toBeCloseTo(ips.value, 12);
    expect(doublyRobust.value).toBeCloseTo(ips.value, 12);
    expect(ips.value).toBeGreaterThan(0.7);
    expect(gain.ips.value).toBeCloseTo(ips.value - found.quality, 12);
    expect(found.costUsd).toBeCloseTo(0.01, 12);
    expect(found.policyCostUsd.ips.value).toBeCloseTo(0.0055, 12);
    expect((await run('best-quality')).stdout).toMatch(
      /200 of 400 decisions count, 200 of them answered by two models\..+200 (certain|answered)/,
    );
  });

  it('says why a log that never explored is silent', async () => {
    const log = await writeLog('certain.jsonl', 0, 20);
    const argv = ['evaluate', '--log', log, '--policy', 'utility', '--lambda', '100'];
    const { code, stderr } = await embedllm(folder, argv);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /certain\.jsonl.+0 of 20 decisions.+20 certain.+routing\.policy\.explore/,
    );
  });

  it('refuses names of models that the log does not have', async () => {
    const log = await writeLog('names.jsonl', 0.4, 20);
    const run = (...argv: string[]) =>
      embedllm(folder, ['evaluate', '--log', log, '--policy', ...argv]);
    const preferring = await run('preferring', '--prefer', 'smal', '--margin', '0.1');
    expect(preferring.stderr).toMatch(
      /--prefer names "smal", which is not in the log\. Did you mean "small"\?/,
    );
    expect(preferring.code).toBe(2);
    expect((await run('best-quality', '--deny', 'large,huge')).stderr).toMatch(
      /--deny names "huge"/,
    );
  });

  it('shows small amounts of money, and writes the summary', async () => {
    const log = await writeLog('cheap.jsonl', 0.4, 200);
    const path = join(folder, log);
    const dear = await readFile(path, 'utf8');
    await writeFile(path, dear.replace(/("costUsd":0\.0)/g, '$1000'));
    const argv = ['--policy', 'best-quality', '--confidence', '0.9', '--summary', 'summary.md'];
    const { stdout } = await embedllm(folder, ['evaluate', '--log', log, ...argv]);
    expect(stdout).toMatch(/\$ per 1,000 +SNIPS +0\.00\d\d/);
    expect(stdout).not.toMatch(/-0\.0+ /);
    expect(stdout).toContain('90% interval');
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain(stdout.trim());
  });

  it.each([
    [['--log', 'x', '--policy', 'best-quality', '--junit', 'y'], /--junit applies to an artifact/],
    [
      ['--log', 'x', '--policy', 'best-quality', '--prices', 'y'],
      /--prices applies to an artifact/,
    ],
    [
      ['--log', 'x', '--policy', 'best-quality', '--split', 'all'],
      /--split applies to an artifact/,
    ],
    [['--log', 'decisions.jsonl'], /--log needs the --policy/],
    [['--policy', 'best-quality'], /--policy requires --log FILE/],
    [['--max-cost', '1'], /--max-cost requires --log FILE/],
    [['--log', 'x', '--policy', 'utility'], /--policy utility needs --lambda/],
    [
      ['--log', 'x', '--policy', 'best-quality', '--by-category'],
      /--by-category applies to an artifact/,
    ],
  ])('refuses what does not go together: %s', async (argv, message) => {
    const { code, stderr } = await embedllm(folder, ['evaluate', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
