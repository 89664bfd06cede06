import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, EmbedLLMError, type ErrorCode } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationStore, openEvaluationStore, type TableMapping } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const JOINED = 'prompt_id,model_id,category,label,prompt,model_name\n';
const ROW = 'q1,0,math,1,One?,alpha\n';
const GOOD = `${JOINED}${ROW}q1,1,math,0,One?,beta\n`;
const LONG: TableMapping = { question: 'q', model: 'm', score: 's' };
const JSON_ROW = '{"q":"1","m":"a","s":1}';

interface Case {
  readonly name: string;
  /** Name of the file; EmbedLLM's tables where it is data.csv. */
  readonly file?: string;
  /** Content, or the query that a Parquet file is written from. */
  readonly content: string | Uint8Array;
  readonly mapping?: TableMapping;
  readonly row?: number;
  readonly field?: string;
  readonly code?: ErrorCode;
  readonly says: RegExp;
}

const csv = (
  name: string,
  content: string | Uint8Array,
  says: RegExp,
  row?: number,
  field?: string,
  code?: ErrorCode,
): Case => ({
  name,
  content,
  says,
  ...(row !== undefined && { row }),
  ...(field !== undefined && { field }),
  ...(code !== undefined && { code }),
});
const jsonl = (
  name: string,
  content: string | Uint8Array,
  says: RegExp,
  row?: number,
  field?: string,
  code?: ErrorCode,
): Case => ({
  ...csv(name, content, says, row, field, code),
  file: 't.jsonl',
  mapping: LONG,
});
const parquet = (
  name: string,
  content: string | Uint8Array,
  says: RegExp,
  row?: number,
  field?: string,
  code?: ErrorCode,
): Case => ({
  ...csv(name, content, says, row, field, code),
  file: 't.parquet',
  mapping: LONG,
});
const compressed = gzipSync(
  JOINED + Array.from({ length: 3000 }, (_, i) => `q${i},0,math,1,${Math.sin(i)},alpha\n`).join(''),
);
const damaged = Buffer.from(compressed);
damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 0xff;

const CASES: readonly Case[] = [
  csv('an empty file', '', /is empty/),
  csv('a header alone', JOINED, /no record/),
  csv('a missing column', GOOD.replace('label', 'other'), /column is missing/, 1, 'label'),
  csv('a column named twice', GOOD.replace('category', 'label'), /twice/, 1, 'label'),
  csv('a record with too few fields', `${GOOD}q2,0,math\n`, /3 columns/, 4),
  csv('a record with too many fields', `${GOOD}q2,0,math,1,a,b,c\n`, /7 columns/, 4),
  csv('a quote never closed', `${GOOD}q2,0,math,1,"Two?,alpha\n`, /never closed/, 4, 'prompt'),
  csv(
    'text after a closing quote',
    `${GOOD}q2,0,math,1,"Two"?,alpha\n`,
    /closing quote/,
    4,
    'prompt',
  ),
  csv('a NUL byte', `${GOOD}q2,0,math,1,T\0wo,alpha\n`, /NUL/, 4),
  csv('UTF-16', Buffer.from(`\ufeff${GOOD}`, 'utf16le'), /UTF-16/, 1),
  csv('Latin-1', Buffer.from(`${GOOD}q2,0,math,1,L\xf6we,alpha\n`, 'latin1'), /UTF-8/, 4),
  csv('a truncated gzip', compressed.subarray(0, compressed.length - 200), /truncated/),
  csv('a damaged gzip', damaged, /damaged/),
  csv(
    'a record of 17 MiB',
    `${GOOD}q2,0,math,1,${'x'.repeat(17 * 1024 * 1024)},alpha\n`,
    /longer than/,
    4,
    'prompt',
  ),
  csv('a label of 2', `${GOOD}q2,0,math,2,Two?,alpha\n`, /from 0 to 1.*but is "2"/, 4, 'label'),
  csv('a label in words', `${GOOD}q2,0,math,maybe,Two?,alpha\n`, /yes or no/, 4, 'label'),
  csv('an empty question id', `${GOOD},0,math,1,Two?,alpha\n`, /is empty/, 4, 'prompt_id'),
  csv('an empty model name', `${GOOD}q2,0,math,1,Two?,\n`, /is empty/, 4, 'model_name'),
  csv(
    'two prompts of one question',
    `${GOOD}q1,2,math,1,Other?,c\n`,
    /a different prompt here from the one in row 2/,
    4,
    'prompt',
  ),
  csv(
    'two categories of one question',
    `${GOOD}q1,2,law,1,One?,c\n`,
    /a different category/,
    4,
    'category',
  ),
  csv(
    'two names of one model id',
    `${GOOD}q2,0,math,1,Two?,gamma\n`,
    /a different name/,
    4,
    'model_name',
  ),
  csv('two ids of one model', `${GOOD}q2,5,math,1,Two?,alpha\n`, /a different id/, 4, 'model_id'),
  csv(
    'two labels of one answer',
    `${GOOD}q1,0,math,0,One?,alpha\n`,
    /a different score here from the one in row 2/,
    4,
    'label',
    'conflicting-labels',
  ),
  csv(
    'a prompt unlike the store',
    GOOD.replaceAll('q1', 'kept'),
    /a different prompt in .*kept\.csv/,
    undefined,
    'prompt',
  ),
  csv(
    'a label unlike the store',
    `${JOINED}kept,0,math,0,Kept?,alpha\n`,
    /has the score 0 here but 1 in/,
    undefined,
    undefined,
    'conflicting-labels',
  ),
  {
    ...csv('a graded score out of range', 'q,m,s\n1,a,1.5\n', /from 0 to 1/, 2, 's'),
    file: 't.csv',
    mapping: LONG,
  },
  {
    ...csv('a wide score in words', 'q,a,b\n1,0,1\n2,1,x\n', /from 0 to 1/, 3, 'b'),
    file: 't.csv',
    mapping: { layout: 'wide', question: 'q' },
  },
  {
    ...csv(
      'a question twice in a wide table',
      'q,a\n1,0\n1,1\n',
      /has the score 1 here, but 0 at .*row 2/,
      3,
      'a',
      'conflicting-labels',
    ),
    file: 't.csv',
    mapping: { layout: 'wide', question: 'q' },
  },
  jsonl('JSONL cut in a line', `${JSON_ROW}\n{"q":"2","m":"a",`, /truncated/, 2),
  jsonl('JSONL with a list', `${JSON_ROW}\n[1,2]\n`, /JSON object/, 2),
  jsonl(
    'JSONL with a score in words',
    `${JSON_ROW}\n{"q":"2","m":"a","s":"good"}\n`,
    /from 0 to 1/,
    2,
    's',
  ),
  jsonl('JSONL without a model', `${JSON_ROW}\n{"q":"2","s":1}\n`, /is missing/, 2, 'm'),
  jsonl('JSONL with a fraction as id', '{"q":1.5,"m":"a","s":1}', /integer/, 1, 'q'),
  jsonl('JSONL with __proto__', '{"q":"1","m":"a","s":1,"__proto__":{}}', /__proto__/, 1),
  jsonl(
    'JSONL with two scores',
    `${JSON_ROW}\n{"q":"1","m":"a","s":0}\n`,
    /has the score 0 here, but 1 at .*row 1/,
    2,
    's',
    'conflicting-labels',
  ),
  parquet('text as Parquet', Buffer.from('PAR1 not really PAR1'), /not a Parquet file/),
  parquet(
    'a Parquet file cut off',
    "CUT SELECT range AS q, 'a' AS m, 1 AS s FROM range(9999)",
    /not a Parquet file/,
  ),
  parquet(
    'Parquet without a column',
    "SELECT 1 AS q, 'a' AS m",
    /column is missing/,
    undefined,
    's',
  ),
  parquet(
    'Parquet scores that are not words for right and wrong',
    "SELECT 1 AS q, 'a' AS m, 'yes' AS s UNION ALL SELECT 2, 'a', 'maybe'",
    /score must be/,
    2,
    's',
  ),
  parquet(
    'Parquet scores as lists',
    "SELECT 1 AS q, 'a' AS m, [1] AS s",
    /numbers, booleans or words.*INTEGER/,
    undefined,
    's',
  ),
  parquet(
    'Parquet ids as lists',
    "SELECT [1] AS q, 'a' AS m, 1 AS s",
    /text or integers/,
    undefined,
    'q',
  ),
];

let store: EvaluationStore;
beforeAll(async () => {
  store = await openEvaluationStore(join(root, 's.duckdb'), { threads: 1 });
  await writeFile(join(root, 'kept.csv'), `${JOINED}kept,0,math,1,Kept?,alpha\n`);
  await store.importEmbedLLM({ responses: join(root, 'kept.csv') });
});
afterAll(() => store.close());

/** All that is in the store. */
const content = (): Promise<unknown> =>
  Promise.all(
    ['sources', 'models', 'questions', 'responses'].map((table) =>
      store.query(`SELECT * FROM ${table} ORDER BY ALL`),
    ),
  );

describe('the store refuses, and stays as it was,', () => {
  it.each(CASES.map((entry, number) => ({ number, ...entry })))('$name', async (entry) => {
    const directory = join(root, String(entry.number));
    await mkdir(directory);
    const file = join(directory, entry.file ?? 'data.csv');
    if (entry.file === 't.parquet' && typeof entry.content === 'string') {
      await writeParquet(file, entry.content.replace(/^CUT /, ''));
      if (entry.content.startsWith('CUT '))
        await writeFile(file, (await readFile(file)).subarray(0, 4000));
    } else {
      await writeFile(file, entry.content);
    }
    const before = await content();
    const error = await (entry.mapping
      ? store.importTable(file, entry.mapping)
      : store.importEmbedLLM({ responses: file })
    ).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DataError);
    if (!(error instanceof DataError)) return;
    expect(error.message).toMatch(entry.says);
    expect(error.code).toBe(entry.code ?? 'invalid-data');
    expect(error.location.file).toBe(file);
    expect([error.location.row, error.location.field]).toEqual([entry.row, entry.field]);
    expect(await content()).toEqual(before);
  });

  it('files that are missing, folders, links to nowhere and patterns', async () => {
    await symlink(join(root, 'gone'), join(root, 'link.csv'));
    for (const [name, code] of [
      ['none.csv', 'io'],
      ['link.csv', 'io'],
      ['.', 'io'],
      ['a*.csv', 'io'],
    ] as const) {
      await expect(store.importEmbedLLM({ responses: join(root, name) })).rejects.toMatchObject({
        code,
      });
    }
    await expect(store.importTable(join(root, 'x.txt'), LONG)).rejects.toBeInstanceOf(
      EmbedLLMError,
    );
    await expect(store.importTable(join(root, 'x.csv'), { ...LONG, model: 'q' })).rejects.toThrow(
      /"q" twice/,
    );
  });

  it('ids that the tables next to the responses do not have', async () => {
    await writeFile(join(root, 'q.csv'), 'prompt_id,category,prompt\na1,math,One?\n');
    await writeFile(join(root, 'm.csv'), 'model_id,model_name\n0,alpha\n');
    await writeFile(join(root, 'r1.csv'), 'prompt_id,model_id,label\na1,0,1\na2,0,1\n');
    await writeFile(join(root, 'r2.csv'), 'prompt_id,model_id,label\na1,0,1\na1,7,1\n');
    const before = createHash('sha256')
      .update(JSON.stringify(await content()))
      .digest('hex');
    const apart = { questions: join(root, 'q.csv'), models: join(root, 'm.csv') };
    await expect(
      store.importEmbedLLM({ responses: join(root, 'r1.csv'), ...apart }),
    ).rejects.toMatchObject({
      location: { row: 3, field: 'prompt_id' },
    });
    await expect(
      store.importEmbedLLM({ responses: join(root, 'r2.csv'), ...apart }),
    ).rejects.toMatchObject({
      location: { row: 3, field: 'model_id' },
    });
    expect(
      createHash('sha256')
        .update(JSON.stringify(await content()))
        .digest('hex'),
    ).toBe(before);
  });
});

async function writeParquet(path: string, query: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
