import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();
beforeAll(async () => {
  await writeRecord('answers.jsonl', 0.1);
  await writeRecord('dear.jsonl', 0.9);
  await writeRecord('free.jsonl', 0, 0);
  await writeRecord('paid.jsonl', 0.1, 0);
});

/** The cheap models agree on about 6 of 10 questions, where they are as good as the large one. */
async function writeRecord(name: string, price: number, large = 1): Promise<void> {
  const random = new Random(3);
  const lines: object[] = [];
  for (let n = 0; n < 400; n++) {
    const isEasy = random.uniform() < 0.6;
    const say = (model: string, right: number, wrong: string): void => {
      const isRight = random.uniform() < right;
      lines.push({
        ...{ call: `${model} ${n}`, status: 'ok', questionId: `q${n}`, prompt: `q${n}` },
        ...{ category: 'law', model, scorer: 'choice@1', latencyMs: 1, at: '2026-01-01' },
        ...{ outcome: Number(isRight), output: `The answer is (${isRight ? 'A' : wrong}).` },
        cost: model === 'large' ? large : price,
      });
    };
    say('small', isEasy ? 1 : 0.1, 'B');
    say('other', isEasy ? 1 : 0.1, 'C');
    say('third', isEasy ? 1 : 0.1, 'D');
    say('large', isEasy ? 1 : 0.6, 'B');
  }
  await writeFile(join(folder, name), lines.map((line) => JSON.stringify(line)).join('\n'));
}

const models = ['--ask', 'small,other', '--escalate', 'large'];

describe('cascade', () => {
  it('says whether it pays, with an interval and a certificate', async () => {
    const { code, stdout } = await embedllm(folder, ['cascade', 'answers.jsonl', ...models]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /small and other agree on 6\d\.\d% of 400 questions by choice, and are right on 100\.0%/,
    );
    expect(stdout).toMatch(
      /It pays, as far as these answers show: \d\d\.\d% of the cost of large alone, .*95% interval/,
    );
    expect(stdout).toMatch(/keeps 95\.0% of large's quality with 90\.0% confidence, at \d\d\.\d%/);
  });

  it('judges models that cost nothing by quality alone', async () => {
    const { code, stdout } = await embedllm(folder, ['cascade', 'free.jsonl', ...models]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /No model costs anything in this record, so only quality counts: .* points of quality/,
    );
    expect(stdout).toMatch(/keeps 95\.0% of large's quality with 90\.0% confidence\./);
    expect(stdout).not.toMatch(/NaN|Infinity/);
    const paid = ['cascade', 'paid.jsonl', ...models];
    expect((await embedllm(folder, paid)).stdout).toMatch(
      /It does not pay: large alone costs nothing/,
    );
  });

  it('judges a vote, in JSON', async () => {
    const vote = ['--ask', 'small,other,third', '--escalate', 'large', '--agree', 'majority'];
    const { stdout } = await embedllm(folder, ['cascade', 'answers.jsonl', ...vote, '--json']);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      agree: 'majority',
      key: 'choice',
      verdict: 'pays',
      skipped: 0,
    });
    expect(summary.certified.costRatio).toBeCloseTo(summary.costRatio, 9);
  });

  it('says where it does not pay', async () => {
    const { stdout } = await embedllm(folder, ['cascade', 'dear.jsonl', ...models]);
    expect(stdout).toMatch(/It does not pay: \d{3}\.\d% of the cost of large alone/);
  });

  it.each([
    [['cascade'], /missing required argument/],
    [['cascade', 'answers.jsonl'], /Name them with --ask/],
    [['cascade', 'answers.jsonl', '--ask', 'small,other'], /Name it with --escalate/],
    [
      ['cascade', 'answers.jsonl', '--ask', 'small,huge', '--escalate', 'large'],
      /answers\.jsonl.*Has no answers of huge\. It has those of small, other, third, large/,
    ],
    [['cascade', 'answers.jsonl', '--ask', 'small', '--escalate', 'large'], /at least two/],
    [['cascade', 'answers.jsonl', ...models, '--key', 'regex'], /needs --pattern/],
    [['cascade', 'answers.jsonl', ...models, '--pattern', 'x'], /goes with --key regex/],
    [
      ['cascade', 'answers.jsonl', ...models, '--key', 'regex', '--pattern', '('],
      /is not a regular expression/,
    ],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await embedllm(folder, argv);
    expect(code).toBeGreaterThan(1);
    expect(stderr).toMatch(message);
  });
});
