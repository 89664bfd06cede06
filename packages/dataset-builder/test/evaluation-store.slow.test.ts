import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { EvaluationDataset, Progress } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import {
  readEmbedLLM,
  readEvaluationFolder,
  readHarnessLogs,
  readInspectLogs,
} from '../src/index.js';
import { type EvaluationStore, openEvaluationStore } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const POOL = fileURLToPath(new URL('./fixtures/harness/pool', import.meta.url));

let made = 0;
async function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const directory = join(root, String(made++));
  await mkdir(directory);
  for (const [name, content] of Object.entries(files))
    await writeFile(join(directory, name), content);
  return directory;
}

async function withStore<T>(
  path: string,
  work: (store: EvaluationStore) => Promise<T>,
): Promise<T> {
  const store = await openEvaluationStore(path, { threads: 1 });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

const JOINED = 'prompt_id,model_id,category,label,prompt,model_name\n';
const TRAIN = `${JOINED}10,0,math,1,"One, ""two""
or three?",alpha\n2,0,law,0,Löwe 🦁?,alpha\n2,1,law,1.0,Löwe 🦁?,beta\n`;
const TEST = `${JOINED}7,1,math,0,Seven?,beta\n7,0,math,1,Seven?,alpha\n`;

const plain = ({ questions, models, correctness }: EvaluationDataset): unknown => ({
  questions,
  models: models.map(({ name }) => name),
  labels: [...correctness.labels],
});

describe('EvaluationStore', () => {
  it('imports joined EmbedLLM files as readEmbedLLM reads them, plain and gzip', async () => {
    const directory = await folder({ 'train.csv': TRAIN, 'test.csv.gz': gzipSync(TEST) });
    const responses = [join(directory, 'train.csv'), join(directory, 'test.csv.gz')];
    await withStore(join(directory, 's.duckdb'), async (store) => {
      const imports = await store.importEmbedLLM({ responses });
      expect(imports).toMatchObject([
        { rows: 3, questions: 2, models: 2, responses: 3, duplicates: 0, skipped: false },
        { rows: 2, questions: 1, models: 0, responses: 2, skipped: false },
      ]);
      expect(plain(await store.toDataset())).toEqual(plain(await readEmbedLLM({ responses })));
    });
  });

  it('takes columns and rows in any order, and repeated rows once', async () => {
    const rows = [0, 1, 2].flatMap((model) =>
      [3, 1, 2].map(
        (q) =>
          `${q === 1 ? `"One, ""${q}"""` : `Question ${q}`},${(q + model) % 2},m${model},math,${model},q${q}\n`,
      ),
    );
    const header = 'prompt,label,model_name,category,model_id,prompt_id\n';
    const quoted = rows[1]?.replace(/,math,0,q3/, ',"math",0,"q3"') ?? '';
    const directory = await folder({ 'a.csv': [header, ...rows, quoted].join('') });
    const responses = join(directory, 'a.csv');
    await withStore(join(directory, 's.duckdb'), async (store) => {
      expect(await store.importEmbedLLM({ responses })).toMatchObject([
        { rows: 10, questions: 3, models: 3, responses: 9, duplicates: 1 },
      ]);
      const [stored, direct] = [await store.toDataset(), await readEmbedLLM({ responses })];
      const labels = ({ correctness: c, questions, models }: EvaluationDataset): unknown =>
        questions.flatMap(({ id, prompt }, q) =>
          models.map(({ name }, m) => `${id} ${prompt} ${name} ${c.get(q, m)}`),
        );
      expect(new Set([labels(stored)].flat())).toEqual(new Set([labels(direct)].flat()));
    });
  });

  it('reports progress while it reads, and hashes alone what is in under its name', async () => {
    const directory = await folder({ 'train.csv': TRAIN });
    const responses = join(directory, 'train.csv');
    const size = Buffer.byteLength(TRAIN);
    await withStore(join(directory, 's.duckdb'), async (store) => {
      const seen: Progress[] = [];
      const onProgress = (progress: Progress): number => seen.push(progress);
      const [first] = await store.importEmbedLLM({ responses, onProgress });
      expect(first?.sha256).toBe(createHash('sha256').update(TRAIN).digest('hex'));
      await store.importEmbedLLM({ responses, onProgress });
      expect(seen).toEqual([
        { phase: 'import', done: size, total: size, unit: 'bytes', detail: responses },
        { phase: 'check', done: size, total: size, unit: 'bytes', detail: responses },
      ]);
    });
  });

  it('takes prompts of 10 MB, and whatever text CSV can hold', async () => {
    const texts = [
      'x'.repeat(10 * 1024 * 1024),
      'a\r\nb\n\nc',
      '"',
      '""',
      ' , ',
      '\ufeffé🦁',
      "'",
      '\\',
      'NULL',
      'nan',
    ];
    for (const end of ['\n', '\r\n']) {
      const rows = texts.map(
        (text, q) => `q${q},0,math,${q % 2},"${text.replaceAll('"', '""')}",alpha${end}`,
      );
      const directory = await folder({ 'a.csv': JOINED.replace('\n', end) + rows.join('') });
      const responses = join(directory, 'a.csv');
      await withStore(join(directory, 's.duckdb'), async (store) => {
        await store.importEmbedLLM({ responses });
        const [stored, direct] = [await store.toDataset(), await readEmbedLLM({ responses })];
        expect(plain(stored)).toEqual(plain(direct));
        expect(stored.questions.map(({ prompt }) => prompt)).toEqual(texts);
      });
      // Once is enough for the long one.
      texts.shift();
    }
  });

  it('takes longer records where it is asked to, and names the option where it is not', async () => {
    const row = `q,0,math,1,${'x'.repeat(2000)},alpha\n`;
    const directory = await folder({ 'a.csv': JOINED + row, 'b.csv.gz': gzipSync(JOINED + row) });
    for (const name of ['a.csv', 'b.csv.gz']) {
      const responses = join(directory, name);
      await withStore(join(directory, `${name}.duckdb`), async (store) => {
        await expect(store.importEmbedLLM({ responses, maxRecordBytes: 1000 })).rejects.toThrow(
          /row 2.*the record is longer than 1000 bytes\. Raise the option maxRecordBytes/,
        );
        const options = { responses, maxRecordBytes: 3000 };
        expect(await store.importEmbedLLM(options)).toMatchObject([{ responses: 1 }]);
      });
    }
  });

  it('imports tables apart, with what is known of the models', async () => {
    const directory = await folder({
      'questions.csv': 'prompt_id,category,prompt\nq2,law,Two?\nq1,math,One?\nq3,math,Three?\n',
      'models.csv':
        'model_id,model_name,family,price_per_million_output_tokens_usd\n0,beta,b,0.5\n1,alpha,,\n',
      'responses.csv': 'prompt_id,model_id,label\nq1,0,1\nq1,1,0\nq2,1,1\nq2,1,1\n',
    });
    const at = (name: string): string => join(directory, name);
    await withStore(at('s.duckdb'), async (store) => {
      const files = { questions: at('questions.csv'), models: at('models.csv') };
      const [done] = await store.importEmbedLLM({ responses: at('responses.csv'), ...files });
      expect(done).toMatchObject({ rows: 4, questions: 3, models: 2, responses: 3, duplicates: 1 });
      const dataset = await store.toDataset();
      expect(dataset.models).toEqual([
        { name: 'beta', family: 'b', pricePerMillionOutputTokens: 0.5 },
        { name: 'alpha' },
      ]);
      const { correctness } = dataset;
      const label = (question: string, model: string): number | undefined =>
        correctness.get(correctness.questions.indexOf(question), correctness.models.indexOf(model));
      expect([label('q1', 'beta'), label('q1', 'alpha'), label('q2', 'alpha')]).toEqual([1, 0, 1]);
      expect([label('q2', 'beta'), label('q3', 'beta')]).toEqual([undefined, undefined]);
    });
  });

  it('skips a file that is in, by content and not by name, also after reopening', async () => {
    const directory = await folder({ 'train.csv': TRAIN, 'test.csv': TEST });
    const path = join(directory, 's.duckdb');
    await copyFile(join(directory, 'train.csv'), join(directory, 'again.csv'));
    await withStore(path, (store) =>
      store.importEmbedLLM({ responses: join(directory, 'train.csv') }),
    );
    await withStore(path, async (store) => {
      const responses = ['again.csv', 'test.csv'].map((name) => join(directory, name));
      const imports = await store.importEmbedLLM({ responses });
      expect(imports.map(({ skipped, responses: added }) => [skipped, added])).toEqual([
        [true, 0],
        [false, 2],
      ]);
      expect((await store.sources()).map(({ rows }) => rows)).toEqual([3, 2]);
    });
  });

  it('imports the same long table from CSV, JSONL and Parquet', async () => {
    const rows = [
      { id: 'b', llm: "o'hara", ok: 0.25, text: 'Quote " and , comma', topic: 'x' },
      { id: 'a', llm: "o'hara", ok: 1, text: '', topic: 'y' },
      { id: 'a', llm: 'plain', ok: 0, text: '', topic: 'y' },
    ];
    const csv = rows.map(({ id, llm, ok, text, topic }) =>
      [id, llm, ok, `"${text.replaceAll('"', '""')}"`, topic].join(','),
    );
    const directory = await folder({
      't.csv': ['id,llm,ok,text,topic', ...csv].join('\n'),
      't.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
    });
    await writeParquet(
      join(directory, 't.parquet'),
      `SELECT * FROM (VALUES ${rows
        .map(
          (row) =>
            `('${Object.values(row)
              .map((v) => String(v).replaceAll("'", "''"))
              .join("','")}')`,
        )
        .join(', ')}) t(id, llm, ok, text, topic)`,
      '* REPLACE (CAST(ok AS FLOAT) AS ok)',
    );
    const mapping = {
      question: 'id',
      model: 'llm',
      score: 'ok',
      prompt: 'text',
      category: 'topic',
    };
    const datasets: unknown[] = [];
    for (const name of ['t.csv', 't.jsonl', 't.parquet']) {
      await withStore(join(directory, `${name}.duckdb`), async (store) => {
        await store.importTable(join(directory, name), mapping);
        expect(await store.query('SELECT sum(score) AS total FROM responses')).toEqual([
          { total: 1.25 },
        ]);
        await expect(store.toDataset()).rejects.toThrow(/graded scores, such as 0\.25/);
        datasets.push(plain(await store.toDataset({ threshold: 0.2 })));
      });
    }
    expect(datasets[1]).toEqual(datasets[0]);
    expect(datasets[2]).toEqual(datasets[0]);
    // In the order in which they first appear.
    expect(datasets[0]).toMatchObject({ models: ["o'hara", 'plain'], labels: [1, 255, 1, 0] });
  });

  it('takes ids and names in Parquet for the same with and without white space around them', async () => {
    const directory = await folder({});
    const file = join(directory, 'spaces.parquet');
    await writeParquet(
      file,
      "SELECT * FROM (VALUES (' q', 'm', 1), ('q ', 'm2 ', 0)) AS t(id, llm, score)",
    );
    await withStore(join(directory, 'spaces.duckdb'), async (store) => {
      await store.importTable(file, { question: 'id', model: 'llm', score: 'score' });
      const { questions, models } = await store.toDataset();
      expect(questions.map(({ id }) => id)).toEqual(['q']);
      expect(models.map(({ name }) => name)).toEqual(['m', 'm2']);
    });
  });

  it('takes words as labels in Parquet, and NULL, NaN and NA as not asked', async () => {
    const directory = await folder({});
    const long = (name: string, scores: string): Promise<unknown> =>
      writeParquet(
        join(directory, name),
        `SELECT row_number() OVER () AS q, 'a' AS m, s FROM (VALUES ${scores}) t(s)`,
      );
    await long('words.parquet', "('Yes'), ('fail'), ('0.5'), ('NA'), (NULL)");
    await long('numbers.parquet', "(1.0::DOUBLE), (0.0), (0.5), ('nan'), (NULL)");
    for (const name of ['words.parquet', 'numbers.parquet']) {
      await withStore(join(directory, `${name}.duckdb`), async (store) => {
        const mapping = { question: 'q', model: 'm', score: 's' };
        const { notAsked } = await store.importTable(join(directory, name), mapping);
        expect(notAsked).toBe(2);
        const { correctness } = await store.toDataset({ threshold: 0.5 });
        expect([...correctness.labels]).toEqual([1, 0, 1, 255, 255]);
      });
    }
  });

  it('imports wide tables, leaving empty fields out', async () => {
    const directory = await folder({
      'w.csv': 'id,alpha,"be""t\'a",topic\n1,1,,x\n2,true,0.5,y\n',
      'w.jsonl':
        '{"id":1,"alpha":1,"topic":"x"}\n{"id":2,"alpha":true,"be\\"t\'a":0.5,"topic":"y"}\n',
    });
    await writeParquet(
      join(directory, 'w.parquet'),
      `SELECT 1 AS id, 1.0 AS alpha, NULL::DOUBLE AS "be""t'a", 'x' AS topic UNION ALL SELECT 2, 1.0, 0.5, 'y'`,
    );
    for (const name of ['w.csv', 'w.jsonl', 'w.parquet']) {
      await withStore(join(directory, `${name}.duckdb`), async (store) => {
        const done = await store.importTable(join(directory, name), {
          layout: 'wide',
          question: 'id',
          category: 'topic',
        });
        expect(done).toMatchObject({ rows: 3, questions: 2, models: 2 });
        const { models, correctness } = await store.toDataset({ threshold: 0.5 });
        expect(models.map((model) => model.name)).toEqual(['alpha', 'be"t\'a']);
        expect([...correctness.labels]).toEqual([1, 255, 1, 1]);
      });
    }
  });

  it('settles other scores of what is in as asked', async () => {
    const directory = await folder({
      'a.csv': 'q,m,s\n1,x,1\n2,x,0\n',
      'b.csv': 'q,m,s\n1,x,0\n2,x,0\n3,x,1\n',
    });
    const mapping = { question: 'q', model: 'm', score: 's' };
    for (const [onConflict, first] of [
      ['keep', 1],
      ['replace', 0],
    ] as const) {
      await withStore(join(directory, `${onConflict}.duckdb`), async (store) => {
        await store.importTable(join(directory, 'a.csv'), mapping);
        await expect(store.importTable(join(directory, 'b.csv'), mapping)).rejects.toMatchObject({
          code: 'conflicting-labels',
          message: expect.stringMatching(
            /"x" on question "1" has the score 0 here but 1 in .*a\.csv/,
          ),
        });
        expect(await store.sources()).toHaveLength(1);
        const done = await store.importTable(join(directory, 'b.csv'), mapping, { onConflict });
        expect(done).toMatchObject({ conflicts: 1, duplicates: 1, responses: 1 });
        expect([...(await store.toDataset()).correctness.labels]).toEqual([first, 0, 1]);
      });
    }
  });

  it('imports logs of lm-evaluation-harness, and the same logs once', async () => {
    const directory = await folder();
    await withStore(join(directory, 's.duckdb'), async (store) => {
      const options = { filter: ['strict-match', 'none'], category: 'group' } as const;
      expect((await store.importHarnessLogs(POOL, options)).responses).toBe(16);
      expect((await store.importHarnessLogs(POOL, options)).skipped).toBe(true);
      const direct = await readHarnessLogs(POOL, options);
      const stored = await store.toDataset();
      for (const [row, id] of direct.correctness.questions.entries()) {
        for (const [column, name] of direct.correctness.models.entries()) {
          const there = stored.correctness;
          expect(there.get(there.questions.indexOf(id), there.models.indexOf(name))).toBe(
            direct.correctness.get(row, column),
          );
        }
      }
      const mmlu = await store.toDataset({ categories: ['mmlu'] });
      expect(mmlu.questions).toHaveLength(4);
    });
  });

  it('keeps graded scores of logs on demand, and makes labels of them later', async () => {
    const directory = await folder();
    const graded = fileURLToPath(new URL('./fixtures/harness/graded', import.meta.url));
    const inspect = fileURLToPath(new URL('./fixtures/inspect/pool', import.meta.url));
    await withStore(join(directory, 's.duckdb'), async (store) => {
      const harness = { metric: ['acc', 'prompt_level_strict_acc'], scores: 'keep' } as const;
      expect((await store.importHarnessLogs(graded, harness)).responses).toBe(4);
      expect((await store.importHarnessLogs(graded, harness)).skipped).toBe(true);
      const logs = { scorer: ['match', 'choice'], scores: 'keep' } as const;
      expect((await store.importInspectLogs(inspect, logs)).responses).toBe(8);
      const scores = await store.query(
        `SELECT name, score FROM responses JOIN models USING (model_id)
          WHERE score > 0 AND score < 1 ORDER BY name, score`,
      );
      expect(scores).toEqual([
        { name: 'graded__9b', score: 0.25 },
        { name: 'graded__9b', score: 0.83 },
        { name: 'other/chat-2', score: 1 / 3 },
        { name: 'other/chat-2', score: 2 / 3 },
      ]);
      await expect(store.toDataset()).rejects.toThrow(/graded scores/);
      const counts = [];
      for (const threshold of [0.1, 0.5, 0.9]) {
        const { correctness } = await store.toDataset({ threshold });
        let correct = 0;
        for (let question = 0; question < correctness.questionCount; question++) {
          for (let model = 0; model < correctness.modelCount; model++) {
            correct += correctness.get(question, model) ?? 0;
          }
        }
        counts.push(correct);
      }
      expect(counts).toEqual([8, 6, 4]);
      await expect(
        store.importInspectLogs(inspect, { ...logs, threshold: 0.5 }),
      ).rejects.toMatchObject({ code: 'invalid-argument' });
    });
  });

  it('imports logs of Inspect with the labels of readInspectLogs', async () => {
    const directory = await folder();
    const inspect = fileURLToPath(new URL('./fixtures/inspect/pool', import.meta.url));
    await withStore(join(directory, 's.duckdb'), async (store) => {
      const options = { scorer: ['match', 'choice'], threshold: 0.5 };
      expect(await store.importInspectLogs(inspect, options)).toMatchObject({
        questions: 6,
        models: 2,
        responses: 8,
      });
      const direct = (await readInspectLogs(inspect, options)).correctness;
      const stored = (await store.toDataset()).correctness;
      expect(stored.models).toEqual(direct.models);
      for (const [question, id] of direct.questions.entries()) {
        for (let model = 0; model < direct.modelCount; model++) {
          expect(stored.get(stored.questions.indexOf(id), model)).toBe(direct.get(question, model));
        }
      }
    });
  });

  it('writes EmbedLLM tables and Parquet that read back as the same', async () => {
    const directory = await folder({ 'train.csv': TRAIN });
    await withStore(join(directory, 's.duckdb'), async (store) => {
      await store.importEmbedLLM({ responses: join(directory, 'train.csv') });
      const dataset = await store.toDataset();
      await store.writeEmbedLLM(join(directory, 'csv'), { gzip: true });
      expect(plain(await readEvaluationFolder(join(directory, 'csv')))).toEqual(plain(dataset));
      const paths = await store.writeParquet(join(directory, 'parquet'));
      expect(paths).toHaveLength(3);
      await withStore(join(directory, 't.duckdb'), async (other) => {
        const done = await other.importTable(join(directory, 'parquet/responses.parquet'), {
          question: 'question',
          model: 'model',
          score: 'score',
        });
        expect(done.responses).toBe(3);
        expect([...(await other.toDataset()).correctness.labels]).toEqual([
          ...dataset.correctness.labels,
        ]);
      });
      expect(await store.query('SELECT count(*) AS n FROM responses')).toEqual([{ n: 3 }]);
    });
  });

  it('keeps what a column is called out of its statements', async () => {
    const evil = `x'); DROP TABLE responses; --"`;
    const quoted = `"${evil.replaceAll('"', '""')}"`;
    const directory = await folder({
      'long.csv': `q,m,${quoted}\n1,${quoted},1\n`,
      'wide.csv': `q,${quoted}\n1,1\n`,
    });
    await writeParquet(join(directory, 'long.parquet'), `SELECT 1 AS q, 'm' AS m, 1 AS ${quoted}`);
    for (const [name, mapping] of [
      ['long.csv', { question: 'q', model: 'm', score: evil }],
      ['wide.csv', { layout: 'wide', question: 'q' }],
      ['long.parquet', { question: 'q', model: 'm', score: evil }],
    ] as const) {
      await withStore(join(directory, `${name}.duckdb`), async (store) => {
        expect((await store.importTable(join(directory, name), mapping)).responses).toBe(1);
        expect((await store.toDataset()).models).toHaveLength(1);
      });
    }
    const odd = await folder({ "o'dd; DROP TABLE store.csv": 'q,m,s\n1,x,1\n' });
    await withStore(join(odd, 's.duckdb'), async (store) => {
      const file = join(odd, "o'dd; DROP TABLE store.csv");
      const mapping = { question: 'q', model: 'm', score: 's' };
      expect((await store.importTable(file, mapping)).responses).toBe(1);
      await expect(
        store.importTable(file, { question: 'q', model: 'm', score: `s" = '1'` }),
      ).rejects.toThrow(/column is missing/);
    });
  });

  it('lets queries touch nothing but the store', async () => {
    const directory = await folder({ 'secret.csv': 'a\n1\n', 'train.csv': TRAIN });
    await withStore(join(directory, 's.duckdb'), async (store) => {
      await store.importEmbedLLM({ responses: join(directory, 'train.csv') });
      for (const sql of [
        `SELECT * FROM read_csv('${join(directory, 'secret.csv')}')`,
        `SELECT * FROM read_csv('${join(directory, 'train.csv')}')`,
        `COPY models TO '${join(directory, 'out.csv')}'`,
        `ATTACH '${join(directory, 'other.duckdb')}'`,
        'INSTALL httpfs',
        'SET enable_external_access = true',
        "SET allowed_paths = ['/']",
        "SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')",
      ]) {
        await expect(store.query(sql), sql).rejects.toThrow();
      }
      expect(await store.query('SELECT name FROM models WHERE model_id = ?', [1])).toEqual([
        { name: 'beta' },
      ]);
    });
  });

  it('refuses what is not a store, a closed store and a second process', async () => {
    const directory = await folder({
      'text.duckdb': 'no database at all, only text\n'.repeat(500),
    });
    await expect(openEvaluationStore(join(directory, 'text.duckdb'))).rejects.toMatchObject({
      code: 'io',
    });
    await expect(openEvaluationStore(':memory:')).rejects.toThrow(/Pass its path/);
    await expect(openEvaluationStore(join(directory, 'x'), { threads: 0 })).rejects.toThrow(
      /threads/,
    );
    const store = await openEvaluationStore(join(directory, 's.duckdb'));
    await store.query('UPDATE store SET schema_version = 99');
    store.close();
    await expect(store.query('SELECT 1')).rejects.toThrow(/closed/);
    await expect(openEvaluationStore(join(directory, 's.duckdb'))).rejects.toMatchObject({
      code: 'unsupported-version',
    });
    expect((await readFile(join(directory, 's.duckdb'))).length).toBeGreaterThan(0);
  });
});

/** Writes a Parquet file of any columns. */
async function writeParquet(path: string, query: string, select = '*'): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT ${select} FROM (${query})) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
