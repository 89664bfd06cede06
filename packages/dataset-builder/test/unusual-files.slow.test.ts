import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEmbedLLM, readHarnessLogs } from '../src/index.js';
import { type EvaluationStore, openEvaluationStore } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
let count = 0;
let store: EvaluationStore;
beforeAll(async () => {
  store = await openEvaluationStore(join(root, 's.duckdb'), { threads: 1 });
});
afterAll(() => store.close());

/** One answered question, in each format. */
type Format = 'csv' | 'store csv' | 'store jsonl' | 'harness';
const FORMATS: readonly Format[] = ['csv', 'store csv', 'store jsonl', 'harness'];

/** A file with two records, whose second has the prompt; `id` keeps the store's questions apart. */
function content(format: Format, id: string, prompt: string): string {
  const quoted = `"${prompt.replaceAll('"', '""')}"`;
  if (format === 'csv' || format === 'store csv') {
    return `prompt_id,model_id,category,label,prompt,model_name\n${id}-a,0,math,1,One?,alpha\n${id}-b,0,math,0,${quoted},alpha\n`;
  }
  const records = [
    { id: `${id}-a`, prompt: 'One?', score: 1 },
    { id: `${id}-b`, prompt, score: 0 },
  ].map((record) =>
    format === 'store jsonl'
      ? { prompt_id: record.id, model: 'alpha', ...record }
      : {
          doc_id: record.score,
          doc: { question: record.prompt },
          target: '0',
          arguments: [],
          resps: [],
          filtered_resps: [],
          filter: 'none',
          metrics: ['acc'],
          doc_hash: record.id,
          acc: record.score,
        },
  );
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Reads a file and gives the prompts of its questions. */
async function prompts(format: Format, bytes: Uint8Array, id: string): Promise<string[]> {
  const directory = join(root, String(count++));
  await mkdir(directory);
  const name = format === 'harness' ? 'samples_t.jsonl' : format.replace(/.* /, 'data.');
  const file = join(directory, name);
  await writeFile(file, bytes);
  if (format === 'csv') {
    return (await readEmbedLLM({ responses: file })).questions.map(({ prompt }) => prompt);
  }
  if (format === 'harness') {
    return (await readHarnessLogs(directory)).questions.map(({ prompt }) => prompt);
  }
  if (format === 'store csv') await store.importEmbedLLM({ responses: file });
  else {
    const columns = { question: 'prompt_id', model: 'model', score: 'score', prompt: 'prompt' };
    await store.importTable(file, columns, { defaultCategory: 'math' });
  }
  const sql = 'SELECT prompt FROM questions WHERE id LIKE ? ORDER BY id';
  return (await store.query(sql, [`${id}-%`])).map(({ prompt }) => String(prompt));
}

const ANY = 'Zwölf "Lamas", 🦙\nund\tmehr?';

describe.each(FORMATS)('a file of the format %s', (format) => {
  const id = (): string => `${format.replace(' ', '-')}-${count}`;
  const bytes = (name: string, prompt: string): Buffer =>
    Buffer.from(content(format, name, prompt));

  it.each([
    ['with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['with CRLF, compressed', (text: string) => gzipSync(text.replaceAll('\n', '\r\n'))],
    ['without the last line end', (text: string) => Buffer.from(text.slice(0, -1))],
  ])('is read %s', async (_, change) => {
    const name = id();
    const prompt = ANY.replace('\n', ' ');
    const changed = change(content(format, name, prompt));
    expect(await prompts(format, changed, name)).toEqual(['One?', prompt]);
  });

  it('is read with quotes, line breaks and emoji, and with a prompt of 10 MB', async () => {
    const name = id();
    const prompt = `${ANY}"${'x'.repeat(10 * 1024 * 1024)}\n"?`;
    const [, read] = await prompts(format, bytes(name, prompt), name);
    expect(read?.length).toBe(prompt.length);
    expect(read === prompt).toBe(true);
  });

  it.each<readonly [string, (name: string) => Uint8Array, RegExp]>([
    [
      'truncated gzip',
      (name) => {
        const noise = Array.from({ length: 9000 }, (_, i) => Math.sin(i)).join(' ');
        const packed = gzipSync(bytes(name, noise));
        return packed.subarray(0, packed.length - 1000);
      },
      /gzip data end too early/,
    ],
    ['UTF-16', (name) => Buffer.from(`\ufeff${bytes(name, 'Two?')}`, 'utf16le'), /UTF-16/],
    ['Latin-1', (name) => Buffer.from(content(format, name, 'Zw\xf6lf'), 'latin1'), /UTF-8/],
    ['a NUL byte', (name) => Buffer.from(content(format, name, 'T#o').replace('#', '\0')), /NUL/],
    [
      'a cut in its last record',
      (name) => bytes(name, 'Two?').subarray(0, -12),
      /truncated|never closed/,
    ],
  ])('is refused with %s', async (_, make, says) => {
    const name = id();
    const error = await prompts(format, make(name), name).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(says);
    expect(await store.query('SELECT 1 FROM questions WHERE id LIKE ?', [`${name}-%`])).toEqual([]);
  });
});

describe('numbers as text', () => {
  it('are labels and ids in CSV, quoted or not', async () => {
    const file = join(root, 'numbers.csv');
    const rows = ['007,0,m,"1",One?,a', '"7",0,m,0.0,Two?,a', '7.0,"0",m,1.0,Three?,a'];
    await writeFile(
      file,
      `prompt_id,model_id,category,label,prompt,model_name\n${rows.join('\n')}\n`,
    );
    const { questions, correctness } = await readEmbedLLM({ responses: file });
    // Three ids: text that looks like a number is still text.
    expect(questions.map(({ id }) => id).sort()).toEqual(['007', '7', '7.0']);
    expect(questions.map((_, q) => correctness.get(q, 0)).sort()).toEqual([0, 1, 1]);
  });
});
