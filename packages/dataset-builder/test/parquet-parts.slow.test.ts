import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelInfo } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { evaluationUnits } from '../src/index.js';
import { type EvaluationStore, importEvaluations, openEvaluationStore } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const POOL = fileURLToPath(new URL('./fixtures/harness/pool', import.meta.url));
const INSPECT = fileURLToPath(new URL('./fixtures/inspect/pool', import.meta.url));
let made = 0;

/** Runs of a task whose choices each model sees in another order. */
async function shuffledRun(model: string, orders: readonly (readonly number[])[]): Promise<string> {
  const folder = join(root, `run-${made++}`);
  await mkdir(folder);
  const date = '2025-03-01T10-00-00.1';
  const samples = orders.map((order, question) => {
    const texts = ['right', 'wrong', 'false', 'untrue'].map((text) => `${text} ${question}`);
    const choices = order.map((from) => texts[from]);
    const doc = { question: `Which holds for ${question}?`, choices, answer: order.indexOf(0) };
    const doc_hash = createHash('sha256').update(JSON.stringify(doc)).digest('hex');
    return JSON.stringify({ doc_id: question, doc, doc_hash, metrics: ['acc'], acc: question % 2 });
  });
  await writeFile(join(folder, `samples_own_${date}.jsonl`), `${samples.join('\n')}\n`);
  await writeFile(join(folder, `results_${date}.json`), JSON.stringify({ model_name: model }));
  return folder;
}

const store = (): Promise<EvaluationStore> => openEvaluationStore(join(root, `${made++}.duckdb`));

const INSPECT_OPTIONS = {
  threshold: 0.5,
  scorer: { arithmetic: 'match' },
  epochs: 'mean',
} as const;

const rowsOf = (from: EvaluationStore) =>
  from.query(
    `SELECT questions.id, category, prompt, name, info, score FROM responses
      JOIN questions USING (question_id) JOIN models USING (model_id) ORDER BY ALL`,
  );

/**
 * Imports sources apart, cuts each into parts, and brings the parts of one number together: the stores
 * for each count of parts.
 */
async function inParts(
  sources: readonly string[],
  counts: readonly number[],
  format: 'harness' | 'inspect' | 'table',
): Promise<EvaluationStore[][]> {
  const folders: string[] = [];
  const models: ModelInfo[] = [];
  for (const source of sources) {
    const own = await store();
    await importEvaluations(own, source, format === 'inspect' ? INSPECT_OPTIONS : {});
    const folder = join(root, `parts-${made++}`);
    const partsBy = format === 'harness' ? 'key' : 'id';
    for (const parts of counts)
      await own.writeParquet(join(folder, `${parts}`), { parts, partsBy });
    for (const { name, info } of await own.query('SELECT name, info FROM models ORDER BY model_id'))
      models.push({ ...JSON.parse(String(info ?? '{}')), name: String(name) });
    own.close();
    folders.push(folder);
  }
  const merge = async (count: number, part: number): Promise<EvaluationStore> => {
    const one = await store();
    for (const folder of folders) {
      const file = (table: string) => join(folder, `${count}`, `${table}-0000${part}.parquet`);
      const [questions, responses] = [file('questions'), file('responses')];
      await one.importParquet({ questions, responses, models, format, name: folder });
    }
    return one;
  };
  const merged: EvaluationStore[][] = [];
  for (const count of counts) {
    const stores: EvaluationStore[] = [];
    for (let part = 0; part < count; part++) stores.push(await merge(count, part));
    merged.push(stores);
  }
  return merged;
}

const orders = Array.from({ length: 12 }, (_, index) =>
  index % 3 === 0 ? [0, 1, 2, 3] : index % 3 === 1 ? [3, 1, 2, 0] : [1, 0, 3, 2],
);

describe('parts of stores', () => {
  it.each([
    ['harness', async () => [join(POOL, 'other__chat-13b'), join(POOL, 'tiny-org__tiny-7b')]],
    [
      'harness',
      async () => [
        await shuffledRun('a', orders),
        await shuffledRun('b', [...orders].reverse()),
        await shuffledRun(
          'c',
          orders.map(() => [2, 3, 0, 1]),
        ),
      ],
    ],
    [
      'inspect',
      async () => [
        join(INSPECT, 'more'),
        join(INSPECT, '2025-07-05T09-59-40+00-00_capitals_hj8C8q8gxzHhwyCT67xh4L.json'),
      ],
    ],
  ] as const)(
    'of %s have together what one store has of the same sources',
    async (format, find) => {
      const sources = await find();
      const together = await store();
      const options = format === 'inspect' ? INSPECT_OPTIONS : {};
      for (const source of sources) await importEvaluations(together, source, options);
      const expected = await rowsOf(together);
      const [three = [], one = []] = await inParts(sources, [3, 1], format);
      const found = (await Promise.all(three.map(rowsOf))).flat();
      const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
      expect(sorted(found)).toEqual(sorted(expected));
      // In one part the numbers are the same too.
      for (const table of ['questions', 'models', 'responses']) {
        const text = `SELECT * ${table === 'models' ? '' : 'EXCLUDE (source_id)'} FROM ${table} ORDER BY ALL`;
        expect(await one[0]?.query(text), table).toEqual(await together.query(text));
      }
    },
  );

  it('are numbered from where one wants', async () => {
    const own = await store();
    await importEvaluations(own, POOL);
    const folder = join(root, 'numbered');
    const files = await own.writeParquet(folder, { firstQuestion: 100 });
    expect(files.map((file) => file.slice(folder.length + 1)).sort()).toEqual(
      (await readdir(folder)).sort(),
    );
    await expect(own.writeParquet(folder, { firstQuestion: 0, parts: 2 })).rejects.toThrow(
      'cannot be combined',
    );
  });

  it('refuse what differs, naming where it comes from', async () => {
    const [first, second] = [
      await shuffledRun('a', orders),
      await shuffledRun('a', [...orders.slice(1), [0, 1, 2, 3]]),
    ];
    const file = join(root, 'other.csv');
    await writeFile(file, 'question,model,score\nq1,m,1\n');
    await expect(inParts([first, second], [1], 'harness')).resolves.toBeDefined();
    const tables = [file, join(root, 'again.csv')];
    await writeFile(tables[1] as string, 'question,model,score\nq1,m,0\n');
    await expect(inParts(tables, [1], 'table')).rejects.toThrow(/q1/);
  });

  it('are not any Parquet file', async () => {
    const own = await store();
    await importEvaluations(own, POOL);
    const folder = join(root, 'plain');
    const [questions = '', , responses = ''] = await own.writeParquet(folder);
    await expect(own.importParquet({ questions, responses, models: [] })).rejects.toThrow(
      /questions\.parquet.*is not a part that writeParquet wrote/,
    );
  });
});

describe('evaluationUnits', () => {
  it('cuts by folder, and leaves logs at the top together', () => {
    const units = evaluationUnits([
      'b/samples_x_2025-01-01T00-00-00.1.jsonl',
      'b/deep/results_2025-01-01T00-00-00.1.json',
      'a/one.csv',
      'a/two.parquet',
      'judged.csv',
      'train.csv',
      '2025-07-06T08-00-00+00-00_capitals_Zx1.json',
    ]);
    expect(units.map(({ path, sources }) => [path, sources])).toEqual([
      ['', ['']],
      ['a', ['a/one.csv', 'a/two.parquet']],
      ['b', ['b']],
      ['judged.csv', ['judged.csv']],
    ]);
    expect(units.flatMap(({ files }) => files)).toHaveLength(7);
  });
});
