import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadTablesOptions, readTables, type TableDataset } from '../tables/read-tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-evals-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(results: object, options: ReadTablesOptions = {}): Promise<TableDataset> {
  const file = join(folder, 'results.json');
  await writeFile(file, JSON.stringify(results));
  return readTables(file, options);
}

/** A result as evalite 0.19 writes it, in what matters. */
const result = (input: unknown, score: number | null, more: object = {}): object => ({
  ...{ input, output: 'x', status: 'success', colOrder: 0, renderedColumns: [] },
  scores: [{ name: 'right', score }],
  ...more,
});
const evaluation = (variantName: string | null, ...results: object[]): object => ({
  ...{ name: `qa [${variantName}]`, status: 'success', variantName, variantGroup: 'qa', results },
});
const evalite = (...evals: object[]): object => ({ run: { id: 1, runType: 'full' }, evals });

describe('results of evalite', () => {
  it('have a model for each variant, and a question for each input', async () => {
    const { questions, models, correctness, tables, report } = await read(
      evalite(
        evaluation('good', result('1 + 1?', 1), result('2 + 2?', 1)),
        evaluation('bad', result('1 + 1?', 0), result('2 + 2?', 1, { status: 'fail' })),
      ),
    );
    expect(questions).toMatchObject([
      { id: '1 + 1?', prompt: '1 + 1?', category: 'qa' },
      { prompt: '2 + 2?' },
    ]);
    expect(models.map(({ name }) => name)).toEqual(['good', 'bad']);
    expect([...correctness.labels]).toEqual([1, 0, 1, 255]);
    expect(report.notAsked).toBe(1);
    expect(tables[0]).toMatchObject({
      understood: expect.stringMatching(/as evalite results, question=input, model=variant/),
      remarks: ['1 answer is missing because the model failed.'],
    });
  });

  it('take chats and other inputs, and grades by a threshold', async () => {
    const chat = [{ role: 'user', content: 'Why?' }];
    const { questions, correctness } = await read(
      evalite(evaluation('a', result(chat, 0.7), result({ n: 1 }, 0.2), result('Who?', null))),
      { threshold: 0.5 },
    );
    expect(questions.map(({ prompt }) => prompt)).toEqual(['Why?', '{"n":1}', 'Who?']);
    expect([...correctness.labels]).toEqual([1, 0, 255]);
  });

  it('ask which score counts, and which model it is, where they do not say', async () => {
    const scores = [
      { name: 'right', score: 1 },
      { name: 'brief', score: 0 },
    ];
    const two = evalite(evaluation('a', result('q', 1, { scores })));
    await expect(read(two)).rejects.toThrow(/row 1.*has the scores "right", "brief".*scoreColumn/);
    expect([...(await read(two, { scoreColumn: 'brief' })).correctness.labels]).toEqual([0]);
    await expect(read(two, { scoreColumn: 'nice' })).rejects.toThrow(
      /has no score "nice"\. Available:/,
    );
    const plain = evalite(evaluation(null, result('q', 1)));
    await expect(read(plain)).rejects.toThrow(/does not name the model.*model: 'NAME'/);
    const named = await read(plain, { model: '{file}' });
    expect(named.models).toEqual([{ name: 'results' }]);
    await expect(read(plain, { modelColumn: 'x' })).rejects.toThrow(
      /has results of evalite, whose columns are known/,
    );
  });

  it('are refused where they are malformed', async () => {
    await expect(read(evalite(evaluation('a', result(null, 1))))).rejects.toThrow(
      /field evals\[0\]\.input: must be what the model was asked/,
    );
    await expect(read(evalite(evaluation('a', result('q', 3))))).rejects.toThrow(
      /field scores\.right: must be a score from 0 to 1, but it is "3"/,
    );
  });
});

/** A test as vitest-evals 0.16 reports it, in what matters. */
const test = (model: string | undefined, text: string, score?: number): object => ({
  ...{ ancestorTitles: ['qa'], title: text, status: score === 1 ? 'passed' : 'failed' },
  meta: {
    ...(score !== undefined && {
      eval: { scores: [{ name: 'contains', score }], avgScore: score },
    }),
    harness: {
      name: 'fake',
      run: {
        session: {
          events: [
            { type: 'message', role: 'user', content: text },
            { type: 'message', role: 'assistant', content: 'x' },
          ],
          ...(model !== undefined && { model }),
        },
      },
    },
  },
});
const report = (...assertionResults: object[]): object => ({
  numTotalTests: assertionResults.length,
  testResults: [{ assertionResults }],
});

describe('results of vitest-evals', () => {
  it('have the model of the session, and what the user said', async () => {
    const unit = { ancestorTitles: [], title: 'adds', status: 'passed', meta: {} };
    const { questions, models, correctness, tables } = await read(
      report(test('good', 'Why?', 1), test('bad', 'Why?', 0), test('bad', 'Who?'), unit),
    );
    expect(questions.map(({ prompt }) => prompt)).toEqual(['Why?', 'Who?']);
    expect(models.map(({ name }) => name)).toEqual(['good', 'bad']);
    expect([...correctness.labels]).toEqual([1, 0, 255, 255]);
    expect(tables[0]?.remarks).toEqual(['1 answer is missing because the model failed.']);
  });

  it('are refused without a model or an evaluation', async () => {
    const nameless = report(test(undefined, 'Why?', 1));
    await expect(read(nameless)).rejects.toThrow(/does not name the model/);
    expect((await read(nameless, { model: 'm' })).models).toEqual([{ name: 'm' }]);
    const units = report({ ancestorTitles: [], title: 'adds', status: 'passed', meta: {} });
    await expect(read(units)).rejects.toThrow(/without any vitest-evals evaluation/);
  });
});
