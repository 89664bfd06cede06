import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, type ErrorCode } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEmbedLLM, readEvaluationFolder } from '../src/index.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dataset-builder-malformed-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const JOINED = 'prompt_id,model_id,category,label,prompt,model_name\n';
const RESPONSES = 'prompt_id,model_id,category,label,model_name\n';
const QUESTIONS = 'prompt_id,category,prompt\nq1,math,One?\nq2,math,Two?\n';
const MODELS = 'model_id,model_name\n0,alpha\n1,beta\n';
const GOOD = `${JOINED}q1,0,math,1,One?,alpha\nq1,1,math,0,One?,beta\n`;

/** Content that does not compress, so that cutting it cuts data. */
const LONG = `${JOINED}${Array.from({ length: 3000 }, (_, i) => `q${i},0,math,${i % 2},${Math.sin(i)}?,alpha\n`).join('')}`;

interface Case {
  /** What is wrong, in words. */
  readonly name: string;
  /** Files by name; a `null` is a directory. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  /** The file that the error must name. */
  readonly file: string;
  readonly row?: number;
  readonly field?: string;
  readonly code?: ErrorCode;
  /** What the message must say besides the place. */
  readonly says: RegExp;
  /** Files to read as a folder; otherwise data.csv, with questions.csv and models.csv if there. */
  readonly folder?: boolean;
}

const data = (content: string | Uint8Array): Case['files'] => ({ 'data.csv': content });
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const CASES: readonly Case[] = [
  // The shape of the table
  ...['prompt_id', 'model_id', 'category', 'label', 'prompt', 'model_name'].map((column) => ({
    name: `the column ${column} is missing`,
    files: data(GOOD.replace(new RegExp(`\\b${column}\\b`), 'other')),
    file: 'data.csv',
    row: 1,
    field: column,
    says: /column is missing.*"other"/,
  })),
  {
    name: 'lines end in CR alone',
    files: data(GOOD.replaceAll('\n', '\r')),
    file: 'data.csv',
    row: 1,
    field: 'model_name',
    says: /carriage return.*must end in LF or CRLF/,
  },
  {
    name: 'a column occurs twice in the header',
    files: data(`${JOINED.trim()},label\nq1,0,math,1,One?,alpha,1\n`),
    file: 'data.csv',
    row: 1,
    field: 'label',
    says: /twice/,
  },
  {
    name: 'a record has too many columns',
    files: data(`${GOOD}q2,0,math,1,Two, really?,alpha\n`),
    file: 'data.csv',
    row: 4,
    says: /7 columns.*header has 6/,
  },
  {
    name: 'a record has too few columns',
    files: data(`${GOOD}q2,0,math,1,Two?\n`),
    file: 'data.csv',
    row: 4,
    says: /5 columns.*header has 6/,
  },
  {
    name: 'the last record is cut off',
    files: data(`${GOOD}q2,0,ma`),
    file: 'data.csv',
    row: 4,
    says: /3 columns/,
  },
  {
    name: 'columns are separated by semicolons',
    files: data(GOOD.replaceAll(',', ';')),
    file: 'data.csv',
    row: 1,
    field: 'prompt_id',
    says: /header has "prompt_id;model_id/,
  },
  // Quotes
  {
    name: 'a quote is never closed',
    files: data(`${GOOD}q2,0,math,1,"Two?,alpha\nq2,1,math,1,Two?,beta\n`),
    file: 'data.csv',
    row: 4,
    field: 'prompt',
    says: /never closed/,
  },
  {
    name: 'a closing quote is followed by text',
    files: data(`${GOOD}q2,0,math,1,"Two"?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'prompt',
    says: /closing quote/,
  },
  {
    name: 'a quote inside an unquoted field',
    files: data(`${GOOD}q2,0,math,1,T"wo?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'prompt',
    says: /not quoted/,
  },
  {
    name: 'an error follows quoted fields with newlines, CRLF and blank lines',
    files: data(
      `${JOINED}\nq1,0,math,1,"One\nmore\r\n\r\nline?",alpha\r\n\r\nq1,1,math,2,"",beta\n`,
    ),
    file: 'data.csv',
    row: 8,
    field: 'prompt',
    says: /a different prompt/,
  },
  // Labels
  ...['2', '-1', 'maybe', '0x1', 'Infinity', '٠'].map((label) => ({
    name: `a label is ${JSON.stringify(label)}`,
    files: data(`${GOOD}q2,0,math,${label},Two?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'label',
    says: /the label must be from 0 to 1/,
  })),
  {
    name: 'a label is graded',
    files: data(`${GOOD}q2,0,math,0.5,Two?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'label',
    says: /graded.*threshold/,
  },
  {
    name: 'two labels contradict each other',
    files: data(`${GOOD}q1,0,math,0,One?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'label',
    code: 'conflicting-labels',
    says: /labelled 0 here but 1 at .*data\.csv, row 2/,
  },
  // Ids and names
  ...['prompt_id', 'model_id', 'category', 'model_name'].map((field) => {
    const text = (name: string, value: string) => (name === field ? '' : value);
    const ids = `${text('prompt_id', 'q2')},${text('model_id', '0')},${text('category', 'math')}`;
    return {
      name: `the ${field} is empty`,
      files: data(`${GOOD}${ids},1,Two?,${text('model_name', 'alpha')}\n`),
      file: 'data.csv',
      row: 4,
      field,
      says: /empty/,
    };
  }),
  {
    name: 'a model id is not in models.csv',
    files: { 'models.csv': MODELS, ...data(`${GOOD}q2,7,math,1,Two?,gamma\n`) },
    file: 'data.csv',
    row: 4,
    field: 'model_id',
    says: /"7" is not in .*models\.csv/,
  },
  {
    name: 'a question id is not in questions.csv',
    files: {
      'questions.csv': QUESTIONS,
      ...data(`${RESPONSES}q1,0,math,1,alpha\nq9,0,math,1,alpha\n`),
    },
    file: 'data.csv',
    row: 3,
    field: 'prompt_id',
    says: /"q9" is not in .*questions\.csv/,
  },
  {
    name: 'a model id has two names',
    files: data(`${GOOD}q2,0,math,1,Two?,gamma\n`),
    file: 'data.csv',
    row: 4,
    field: 'model_name',
    says: /"gamma" here, but "alpha" at .*data\.csv, row 2/,
  },
  {
    name: 'a model has another name in models.csv',
    files: {
      'models.csv': MODELS,
      ...data(`${RESPONSES}q1,0,math,1,omega\n`),
      'questions.csv': QUESTIONS,
    },
    file: 'data.csv',
    row: 2,
    field: 'model_name',
    says: /"omega" here, but "alpha" at .*models\.csv, row 2/,
  },
  {
    name: 'two model ids have one name',
    files: data(`${GOOD}q2,2,math,1,Two?,alpha\n`),
    file: 'data.csv',
    row: 4,
    field: 'model_name',
    says: /unique/,
  },
  {
    name: 'a question has two prompts',
    files: data(`${GOOD}q1,2,math,1,Eleven?,gamma\n`),
    file: 'data.csv',
    row: 4,
    field: 'prompt',
    says: /a different prompt here from the one at .*data\.csv, row 2/,
  },
  {
    name: 'a question has two categories',
    files: data(`${GOOD}q1,2,law,1,One?,gamma\n`),
    file: 'data.csv',
    row: 4,
    field: 'category',
    says: /a different category/,
  },
  {
    name: 'a response has another category than questions.csv',
    files: { 'questions.csv': QUESTIONS, ...data(`${RESPONSES}q1,0,law,1,alpha\n`) },
    file: 'data.csv',
    row: 2,
    field: 'category',
    says: /a different category here from the one at .*questions\.csv, row 2/,
  },
  {
    name: 'questions.csv lists an id twice',
    files: { 'questions.csv': `${QUESTIONS}q1,math,One?\n`, ...data(GOOD) },
    file: 'questions.csv',
    row: 4,
    field: 'prompt_id',
    says: /twice, first at .*row 2/,
  },
  {
    name: 'models.csv lists an id twice',
    files: { 'models.csv': `${MODELS}1,gamma\n`, ...data(GOOD) },
    file: 'models.csv',
    row: 4,
    field: 'model_id',
    says: /twice, first at .*row 3/,
  },
  // Numbers and metadata of models
  ...['-1', 'seven', 'NaN', 'Infinity', '0x10', '1e999', '1,5'].map((size) => ({
    name: `a model has ${size} billion parameters`,
    files: {
      'models.csv': `model_id,model_name,parameters_billion\n0,alpha,"${size}"\n`,
      ...data(GOOD),
    },
    file: 'models.csv',
    row: 2,
    field: 'parameters_billion',
    says: /number of at least 0/,
  })),
  {
    name: 'an output length is not a number',
    files: data(
      'prompt_id,model_id,category,label,prompt,model_name,output_chars\nq1,0,m,1,?,a,long\n',
    ),
    file: 'data.csv',
    row: 2,
    field: 'output_chars',
    says: /number/,
  },
  ...[
    '{',
    '[1]',
    '"text"',
    'null',
    '{"__proto__":{"admin":true}}',
    `${'{"a":'.repeat(99)}1${'}'.repeat(99)}`,
  ].map((json) => ({
    name: `the metadata of a model are ${json.slice(0, 30)}`,
    files: {
      'models.csv': `model_id,model_name,metadata\n0,alpha,"${json.replaceAll('"', '""')}"\n`,
      ...data(GOOD),
    },
    file: 'models.csv',
    row: 2,
    field: 'metadata',
    says: /JSON|nested|__proto__/,
  })),
  // The file itself
  { name: 'the file is empty', files: data(''), file: 'data.csv', says: /empty/ },
  {
    name: 'the file holds only blank lines',
    files: data('\n\r\n\n'),
    file: 'data.csv',
    says: /empty/,
  },
  {
    name: 'the file holds only a byte order mark',
    files: data('\ufeff'),
    file: 'data.csv',
    says: /empty/,
  },
  {
    name: 'the file holds only a header',
    files: data(JOINED),
    file: 'data.csv',
    says: /no record/,
  },
  {
    name: 'questions.csv holds only a header',
    files: { 'questions.csv': 'prompt_id,category,prompt\n', ...data(GOOD) },
    file: 'questions.csv',
    says: /no record/,
  },
  { name: 'the file is missing', files: {}, file: 'data.csv', code: 'io', says: /no such file/ },
  {
    name: 'the file is a directory',
    files: { 'data.csv': null },
    file: 'data.csv',
    code: 'io',
    says: /is a directory/,
  },
  {
    name: 'the text is not UTF-8',
    files: data(Buffer.concat([Buffer.from(GOOD), latin1('q2,0,math,1,Zw\xf6lf?,alpha\n')])),
    file: 'data.csv',
    row: 4,
    says: /not valid UTF-8/,
  },
  {
    name: 'the text ends within a character',
    files: data(Buffer.concat([Buffer.from(GOOD), Buffer.from([0x71, 0xe2, 0x82])])),
    file: 'data.csv',
    row: 4,
    says: /not valid UTF-8/,
  },
  {
    name: 'the text has a NUL byte',
    files: data(`${GOOD}q2,0,math,1,Tw\0o?,alpha\n`),
    file: 'data.csv',
    row: 4,
    says: /NUL/,
  },
  ...(['le', 'be'] as const).map((order) => ({
    name: `the text is UTF-16 ${order}`,
    files: data(order === 'le' ? utf16(GOOD) : utf16(GOOD).swap16()),
    file: 'data.csv',
    row: 1,
    says: /UTF-16/,
  })),
  // Compression
  {
    name: 'a file is named .gz but is not gzip',
    files: { 'responses.csv.gz': GOOD },
    folder: true,
    file: 'responses.csv.gz',
    says: /not gzip/,
  },
  {
    name: 'a gzip file is truncated',
    files: data(gzipSync(LONG).subarray(0, 20_000)),
    file: 'data.csv',
    says: /truncated/,
  },
  {
    name: 'a gzip file ends within its header',
    files: data(gzipSync(LONG).subarray(0, 5)),
    file: 'data.csv',
    says: /truncated/,
  },
  {
    name: 'a gzip file lacks its last byte',
    files: data(gzipSync(LONG).subarray(0, -1)),
    file: 'data.csv',
    says: /truncated/,
  },
  {
    name: 'a gzip file is damaged in the middle',
    files: data(flipped(gzipSync(LONG), 15_000)),
    file: 'data.csv',
    says: /damaged/,
  },
  {
    name: 'a gzip file is followed by something else',
    files: data(Buffer.concat([gzipSync(GOOD), Buffer.from('q2,0,math,1,Two?,alpha\n')])),
    file: 'data.csv',
    says: /damaged/,
  },
  // Folders
  {
    name: 'a folder holds no responses',
    files: { 'questions.csv': QUESTIONS },
    folder: true,
    file: '',
    says: /no responses/,
  },
  {
    name: 'a folder holds one table twice',
    files: { 'responses.csv': GOOD, 'responses.csv.gz': gzipSync(GOOD) },
    folder: true,
    file: '',
    says: /both responses\.csv and responses\.csv\.gz/,
  },
  {
    name: 'a folder holds responses and parts of them',
    files: { 'responses.csv': GOOD, 'train.csv': GOOD },
    folder: true,
    file: '',
    says: /Which of them/,
  },
  {
    name: 'a question is in two parts of the split',
    files: { 'train.csv': GOOD, 'test.csv': `${JOINED}q1,2,math,1,One?,gamma\n` },
    folder: true,
    file: 'test.csv',
    row: 2,
    field: 'prompt_id',
    says: /another part of the split, at .*train\.csv, row 2/,
  },
];

function utf16(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, at, at + 64);
  return copy;
}

describe('malformed input is refused, naming the place', () => {
  it.each(CASES)('$name', async ({ files, folder, ...expected }) => {
    const directory = await mkdtemp(join(root, 'case-'));
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, name);
      await mkdir(content === null ? path : dirname(path), { recursive: true });
      if (content !== null) await writeFile(path, content);
    }
    const at = (name: string) => (name in files ? join(directory, name) : undefined);
    const reading = folder
      ? readEvaluationFolder(directory)
      : readEmbedLLM({
          responses: join(directory, 'data.csv'),
          questions: at('questions.csv'),
          models: at('models.csv'),
        });
    const error: unknown = await reading.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DataError);
    if (!(error instanceof DataError)) return;
    expect(error.message).toMatch(expected.says);
    expect(error.code).toBe(expected.code ?? 'invalid-data');
    expect({ ...error.location }).toEqual({
      file: join(directory, expected.file),
      row: expected.row,
      field: expected.field,
    });
    expect(error.message.length).toBeLessThan(1000);
  });

  it('names a directory that is missing, and a file in its place', async () => {
    const missing = join(root, 'nowhere');
    await expect(readEvaluationFolder(missing)).rejects.toThrow(/no such directory/);
    const file = join(root, 'file');
    await writeFile(file, GOOD);
    await expect(readEvaluationFolder(file)).rejects.toThrow(/not a directory/);
  });
});
