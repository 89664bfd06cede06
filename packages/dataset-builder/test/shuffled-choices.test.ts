import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvaluations, readTables } from '../src/index.js';
import { type EvaluationStore, importEvaluations, openEvaluationStore } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
let made = 0;

const LETTERS = ['A', 'B', 'C', 'D'];
const AS_WRITTEN = [0, 1, 2, 3];

/** A document of GPQA with its choices in an order; it has them twice, and the right one's letter. */
function gpqa(question: number, order: readonly number[]): object {
  const texts = ['right', 'wrong', 'false', 'untrue'].map((text) => `${text} ${question}`);
  const choices = order.map((from) => texts[from]);
  return {
    Question: `Which of these holds for particle ${question}?`,
    'Correct Answer': texts[0],
    ...Object.fromEntries(choices.map((text, at) => [`choice${at + 1}`, text])),
    choices,
    answer: `(${LETTERS[order.indexOf(0)]})`,
  };
}

/** A run of lm-evaluation-harness in a folder of its own, a sample for each order. */
async function run(
  model: string,
  scores: readonly number[],
  orders: readonly (readonly number[])[],
  day = 1,
): Promise<string> {
  const folder = join(root, String(made++));
  await mkdir(folder);
  const date = `2025-03-0${day}T10-00-00.1`;
  const samples = scores.map((acc, question) => {
    const doc = gpqa(question, orders[question] ?? AS_WRITTEN);
    const doc_hash = createHash('sha256').update(JSON.stringify(doc)).digest('hex');
    return JSON.stringify({ doc_id: question, doc, doc_hash, metrics: ['acc'], acc });
  });
  await writeFile(join(folder, `samples_gpqa_${date}.jsonl`), `${samples.join('\n')}\n`);
  await writeFile(join(folder, `results_${date}.json`), JSON.stringify({ model_name: model }));
  return folder;
}

async function withStore<T>(work: (store: EvaluationStore) => Promise<T>): Promise<T> {
  const store = await openEvaluationStore(join(root, `${made++}.duckdb`));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

const SHUFFLED = [[3, 2, 1, 0], AS_WRITTEN, [1, 0, 3, 2]];

describe('runs of GPQA, whose choices each run shuffles', () => {
  it('ask the same questions in several folders, which are read as one', async () => {
    const folders = [
      await run('a', [1, 0, 1], []),
      await run('b', [0, 0, 1], SHUFFLED),
      await run('c', [1, 1, 1], [[2, 3, 0, 1]]),
    ];
    const { report, correctness, logs, imports } = await readEvaluations(folders);
    expect(report).toMatchObject({ questions: 3, coverage: 1, texts: [] });
    expect(logs[0]?.reordered).toBe(3);
    expect(imports).toEqual([]);
    expect([0, 1, 2].map((question) => [...correctness.row(question)])).toEqual([
      [1, 0, 1],
      [0, 0, 1],
      [1, 1, 1],
    ]);
  });

  it('ask the same questions in a store that grows', async () => {
    const [first, second] = [await run('a', [1, 0, 1], []), await run('b', [0, 0, 1], SHUFFLED)];
    await withStore(async (store) => {
      await importEvaluations(store, first);
      const { imports } = await importEvaluations(store, second);
      expect(imports).toMatchObject([{ questions: 0, responses: 3, reordered: 2, otherTexts: 0 }]);
      const { questions, correctness } = await store.toDataset();
      expect(questions).toHaveLength(3);
      expect(correctness.countObserved()).toBe(6);
      expect((await importEvaluations(store, second)).imports).toMatchObject([{ skipped: true }]);
    });
  });

  it('contradict older runs of the same model, which is counted and not said to fill in', async () => {
    const folders = [await run('a', [1, 1, 0], [], 1), await run('a', [0, 1, 0], SHUFFLED, 2)];
    for (const runs of ['merge', 'newest'] as const) {
      const { logs, report } = await readEvaluations(folders, { runs });
      const [newest, older] = [...(logs[0]?.runs ?? [])];
      expect(report.labels).toBe(3);
      expect(newest).toMatchObject({ labels: 3, supersededBy: undefined });
      expect(older).toMatchObject({ labels: 0, unused: 0, repeated: 2, disagreements: 1 });
      expect(logs[0]?.disagreements).toMatchObject([{ model: 'a', label: 0, row: 1 }]);
    }
  });
});

describe('tables in which a question has its choices in another order', () => {
  const text = (order: readonly number[]): string =>
    ['Which?', ...order.map((from, at) => `${LETTERS[at]}. ${['x', 'y', 'z', 'w'][from]}`)].join(
      '\n',
    );
  const table = async (...rows: (readonly [model: string, prompt: string])[]): Promise<string> => {
    const file = join(root, `${made++}.json`);
    const records = rows.map(([model, prompt]) => ({ id: 'q', model, prompt, correct: 1 }));
    await writeFile(file, JSON.stringify(records));
    return file;
  };

  it('keep the first text, and say how many records have another', async () => {
    const file = await table(['a', text(AS_WRITTEN)], ['b', text([3, 1, 2, 0])]);
    const { questions, tables, report } = await readTables(file);
    expect(questions.map(({ prompt }) => prompt)).toEqual([text(AS_WRITTEN)]);
    expect(report.labels).toBe(2);
    expect(tables[0]?.remarks).toEqual([
      '1 record has the choices of the question in a different order from its first record, whose text is kept.',
    ]);
  });

  it('refuse another text of the same id, in a file and in a store', async () => {
    const other = text(AS_WRITTEN).replace('Which?', 'Who?');
    const both = await table(['a', text(AS_WRITTEN)], ['b', other]);
    await expect(readTables(both)).rejects.toThrow(/"q" has a different text here from the one at/);
    await withStore(async (store) => {
      await store.importTables(await table(['a', text(AS_WRITTEN)]));
      const shuffled = await store.importTables(await table(['b', text([3, 1, 2, 0])]));
      expect(shuffled.imported).toMatchObject({ responses: 1, otherTexts: 1 });
      await expect(store.importTables(await table(['c', other]))).rejects.toThrow(
        /"q" has a different prompt in .*, imported earlier/,
      );
    });
  });
});

describe('logs of Inspect in a store that grows', () => {
  const log = async (model: string, input: string, choices: readonly string[]): Promise<string> => {
    const file = join(root, `2025-05-01T10-00-00_${made++}.json`);
    const sample = { id: 1, epoch: 1, input, choices, target: 'A', scores: { s: { value: 'C' } } };
    const spec = { created: '2025-05-01T10:00:00Z', task: 't', model, dataset: {} };
    const content = { version: 2, status: 'success', eval: spec, samples: [sample] };
    await writeFile(file, JSON.stringify(content));
    return file;
  };

  it('ask one question with shuffled choices, and are refused where an id means another', async () => {
    await withStore(async (store) => {
      await importEvaluations(store, await log('a', 'Which?', ['x', 'y']));
      const { imports } = await importEvaluations(store, await log('b', 'Which?', ['y', 'x']));
      expect(imports).toMatchObject([{ questions: 0, responses: 1, otherTexts: 1 }]);
      await expect(importEvaluations(store, await log('c', 'Who?', ['x', 'y']))).rejects.toThrow(
        /"t\/1" has a different text in .*, imported earlier\..*questionId/,
      );
    });
  });
});
