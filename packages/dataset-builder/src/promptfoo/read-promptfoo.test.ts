import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadTablesOptions, readTables, type TableDataset } from '../tables/read-tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-promptfoo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A row as promptfoo 0.121 and 0.123 write it, in what matters. */
function row(
  promptIdx: number,
  testIdx: number,
  question: string,
  verdict: { success: boolean; score: number; failureReason: number; reason?: string },
): object {
  const { reason = 'All assertions passed', ...said } = verdict;
  const graded = said.failureReason !== 2;
  return {
    ...said,
    ...{ promptIdx, testIdx, vars: { question } },
    provider:
      promptIdx === 0 ? { id: 'openai:gpt', label: 'good' } : { id: 'openai:bad', label: '' },
    prompt: { raw: `Answer: ${question}`, label: 'plain' },
    gradingResult: graded ? { pass: said.success, score: said.score, reason } : null,
    testCase: { metadata: testIdx === 0 ? { subject: 'sums' } : {} },
    namedScores: { speed: 1 },
  };
}

const RIGHT = { success: true, score: 1, failureReason: 0 };
const WRONG = { success: false, score: 0.4, failureReason: 1, reason: 'Expected "2"' };
const ERROR = { success: false, score: 0, failureReason: 2 };
const UNJUDGED = { ...WRONG, score: 0, reason: 'Could not extract JSON from llm-rubric response' };

const ROWS = [
  row(1, 0, '1 + 1?', WRONG),
  row(0, 0, '1 + 1?', RIGHT),
  row(0, 1, '1 + 1?', RIGHT),
  row(1, 2, 'Why?', ERROR),
  row(0, 2, 'Why?', RIGHT),
  row(0, 3, 'Who?', UNJUDGED),
];

async function read(
  name: string,
  content: string,
  options: ReadTablesOptions = {},
): Promise<TableDataset> {
  const file = join(folder, name);
  await writeFile(file, content);
  return readTables(file, options);
}

function labels({ questions, models, correctness }: TableDataset): Record<string, string> {
  const names = models.map(({ name }) => name);
  return Object.fromEntries(
    questions.map(({ prompt }, index) => [
      prompt,
      ['good', 'openai:bad']
        .map((name) => correctness.get(index, names.indexOf(name)) ?? '-')
        .join(''),
    ]),
  );
}

const WANTED = { 'Answer: 1 + 1?': '10', 'Answer: Why?': '1-', 'Answer: Who?': '--' };

describe('results of promptfoo', () => {
  it.each([
    [
      'JSON',
      'output.json',
      JSON.stringify({ evalId: 'e', results: { version: 3, results: ROWS } }, null, 1),
    ],
    ['JSON Lines', 'output.jsonl', ROWS.map((one) => JSON.stringify(one)).join('\n')],
  ])(
    'are read as %s: errors and failed judges are missing, repeats count once',
    async (_, name, text) => {
      const dataset = await read(name, text);
      expect(labels(dataset)).toEqual(WANTED);
      expect(dataset.questions.map(({ category }) => category)).toEqual([
        'sums',
        'uncategorized',
        'uncategorized',
      ]);
      expect(dataset.report).toMatchObject({ duplicates: 1, notAsked: 2 });
      expect(dataset.tables[0]?.remarks).toEqual([
        '1 answer is missing because the provider failed.',
        '1 answer is missing because the judge failed.',
      ]);
    },
  );

  it('are graded by their score where a threshold is given, or by a metric that is named', async () => {
    const text = ROWS.map((one) => JSON.stringify(one)).join('\n');
    const graded = await read('graded.jsonl', text, { threshold: 0.4 });
    expect(labels(graded)).toMatchObject({ 'Answer: 1 + 1?': '11' });
    const speed = await read('graded.jsonl', text, { scoreColumn: 'namedScores.speed' });
    expect(labels(speed)).toMatchObject({ 'Answer: 1 + 1?': '11' });
    await expect(read('graded.jsonl', text, { model: 'x' })).rejects.toThrow(
      /Remove the option model/,
    );
  });

  it('refuse repeats that disagree unless it is said what stands', async () => {
    const rows = [row(0, 0, 'Why?', RIGHT), row(0, 1, 'Why?', WRONG), row(0, 2, 'Why?', WRONG)];
    const text = JSON.stringify({ evalId: 'e', results: { version: 3, results: rows } });
    await expect(read('repeat.json', text)).rejects.toThrow(/onConflict/);
    const majority = await read('repeat.json', text, { onConflict: 'majority' });
    expect(labels(majority)).toEqual({ 'Answer: Why?': '0-' });
  });

  it('are read as CSV, whose header repeats, in its present and its older form', async () => {
    const present = `Description,question,qid,[good] plain,Status,Score,Named Scores,Metric: x,Grader Reason,Comment,[openai:bad] plain,Status,Score,Named Scores,Grader Reason,Comment
a,1 + 1?,q1,2,PASS,1.00,{},1.00,All assertions passed,,3,FAIL,0.40,{},Expected,
,Why?,q2,So,PASS,1.00,{},,All assertions passed,,,ERROR,0.00,,,
,Who?,q3,Me,FAIL,0.00,,,Could not extract JSON from llm-rubric response,,,,,,,
`;
    const wanted = { '1 + 1?': '10', 'Why?': '1-', 'Who?': '--' };
    expect(labels(await read('results.csv', present))).toEqual(wanted);
    expect(labels(await read('results.csv', present, { threshold: 0.4 }))).toMatchObject({
      '1 + 1?': '11',
    });
    const older =
      'question,[good] plain,[openai:bad] plain\n1 + 1?,[PASS] 2,"[FAIL] Expected\n---\n3"\nWhy?,[PASS] So,[ERROR] 404\n';
    expect(labels(await read('older.csv', older))).toEqual({ '1 + 1?': '10', 'Why?': '1-' });
  });

  it('take chat prompts without the instructions of the system', async () => {
    const raw = JSON.stringify([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
    ]);
    const one = { ...row(0, 0, '', RIGHT), prompt: { raw } };
    const { questions } = await read('chat.jsonl', JSON.stringify(one));
    expect(questions[0]?.prompt).toBe('Why?');
  });
});
