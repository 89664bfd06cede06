import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, type ErrorCode } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type ReadHarnessLogsOptions, readHarnessLogs } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const DATE = '2025-01-02T03-04-05.000006';
const SAMPLES = `m/samples_t_${DATE}.jsonl`;
const RESULTS = `m/results_${DATE}.json`;

/** A sample as the harness writes it, with some keys changed; `undefined` leaves a key out. */
function sample(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    doc_id: 0,
    doc: { question: 'Why?' },
    target: '0',
    arguments: { gen_args_0: { arg_0: 'Q: Why?', arg_1: ' because' } },
    resps: [[['-1.0', 'True']]],
    filtered_resps: [['-1.0', 'True']],
    filter: 'none',
    metrics: ['acc'],
    doc_hash: 'aa',
    prompt_hash: 'bb',
    target_hash: 'cc',
    acc: 1,
    ...changes,
  });
}

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;

interface Case {
  readonly name: string;
  readonly samples?: string | Uint8Array;
  readonly more?: Readonly<Record<string, string>>;
  readonly options?: ReadHarnessLogsOptions;
  readonly says: RegExp;
  readonly row?: number;
  readonly field?: string;
  readonly code?: ErrorCode;
  readonly file?: string;
}

const good = sample();
const CASES: readonly Case[] = [
  { name: 'an empty file', samples: '', says: /is empty/ },
  { name: 'a file of blank lines', samples: '\n \r\n\n', says: /no record/ },
  {
    name: 'a line that is cut off',
    samples: `${good}\n${sample({ doc_hash: 'dd' }).slice(0, 60)}`,
    row: 2,
    says: /not complete JSON.*truncated/,
  },
  {
    name: 'a line that is not JSON',
    samples: lines(good, '', 'nonsense'),
    row: 3,
    says: /not valid JSON/,
  },
  { name: 'a line that is a list', samples: lines('[1]'), row: 1, says: /must be a JSON object/ },
  { name: 'a NUL byte', samples: lines(good, `{"a":"\0"}`), row: 2, says: /NUL/ },
  {
    name: 'invalid UTF-8',
    samples: Buffer.from(`${good}\n{"a":"\xe9"}\n`, 'latin1'),
    row: 2,
    says: /UTF-8/,
  },
  { name: 'UTF-16', samples: Buffer.from(`\ufeff${good}`, 'utf16le'), row: 1, says: /UTF-16/ },
  {
    name: 'a truncated gzip',
    samples: gzipSync(
      lines(...Array.from({ length: 2000 }, (_, i) => sample({ doc_hash: `${Math.sin(i)}` }))),
    ).subarray(0, 9000),
    says: /truncated/,
  },
  {
    name: 'a line that is too long',
    samples: lines(good, sample({ doc: { question: 'x'.repeat(11 * 1024 * 1024) } })),
    options: { maxRecordBytes: 10 * 1024 * 1024 },
    row: 2,
    says: /longer than 10485760 bytes/,
  },
  {
    name: 'a key __proto__',
    samples: lines(good.replace('"doc":{', '"doc":{"__proto__":{"x":1},')),
    row: 1,
    says: /__proto__/,
  },
  {
    name: 'an escaped key __proto__',
    samples: lines(good.replace('"doc":{', '"doc":{"__pr\\u006fto__":{"x":1},')),
    row: 1,
    says: /__proto__/,
  },
  {
    name: 'a doc_hash that is a number',
    samples: lines(sample({ doc_hash: 5 })),
    row: 1,
    field: 'doc_hash',
    says: /must be a non-empty string.*it is "5"/,
  },
  {
    name: 'a doc that is text',
    samples: lines(sample({ doc: 'Why?' })),
    row: 1,
    field: 'doc',
    says: /must be an object/,
  },
  {
    name: 'a doc_id that is text',
    samples: lines(sample({ doc_id: '0' })),
    row: 1,
    field: 'doc_id',
    says: /integer/,
  },
  {
    name: 'a filter that is a number',
    samples: lines(sample({ filter: 3 })),
    row: 1,
    field: 'filter',
    says: /must be a non-empty string/,
  },
  {
    name: 'metrics that are text',
    samples: lines(sample({ metrics: 'acc' })),
    row: 1,
    field: 'metrics',
    says: /list of names/,
  },
  {
    name: 'no score',
    samples: lines(sample({ metrics: [], acc: undefined })),
    row: 1,
    field: 'metrics',
    says: /no score/,
  },
  {
    name: 'a score that is named and missing',
    samples: lines(sample({ acc: undefined })),
    row: 1,
    field: 'acc',
    says: /it is missing/,
  },
  {
    name: 'a score that is text',
    samples: lines(sample({ acc: '1' })),
    row: 1,
    field: 'acc',
    says: /number from 0 to 1/,
  },
  {
    name: 'a score above 1',
    samples: lines(sample({ acc: 1.5 })),
    row: 1,
    field: 'acc',
    says: /number from 0 to 1/,
  },
  {
    name: 'a graded score without threshold',
    samples: lines(good, sample({ doc_hash: 'dd', acc: 0.4 })),
    row: 2,
    field: 'acc',
    says: /threshold/,
  },
  {
    name: 'several scores and none usual',
    samples: lines(sample({ metrics: ['bleu', 'rouge'], bleu: 0, rouge: 1, acc: undefined })),
    row: 1,
    field: 'metrics',
    says: /"bleu", "rouge"\. Choose one/,
  },
  {
    name: 'a score asked for that is not there',
    samples: lines(good),
    options: { metric: 'acc_norm' },
    row: 1,
    field: 'metrics',
    says: /none of the requested scores/,
  },
  {
    name: 'two of the filters asked for',
    samples: lines(good, sample({ filter: 'other' })),
    options: { filter: ['none', 'other'] },
    row: 2,
    field: 'filter',
    says: /"none" and "other"/,
  },
  {
    name: 'a filter that no sample has',
    samples: lines(good),
    options: { filter: 'strict-match' },
    field: 'filter',
    says: /no sample has the requested filter.*"none"/,
  },
  {
    name: 'two labels of one question in one run',
    samples: lines(good, good, sample({ acc: 0 })),
    row: 3,
    field: 'acc',
    code: 'conflicting-labels',
    says: /labelled 0 here but 1 at .*row 1.*onConflict/,
  },
  {
    name: 'fewer samples than the results say',
    samples: lines(good),
    more: { [RESULTS]: '{"model_name":"m","n-samples":{"t":{"original":9,"effective":4}}}' },
    says: /has 1 samples, but .* 4/,
  },
  {
    name: 'results that are not JSON',
    samples: lines(good),
    more: { [RESULTS]: '{"model_name":' },
    file: RESULTS,
    says: /not complete JSON/,
  },
  {
    name: 'results whose groups are of the wrong type',
    samples: lines(good),
    more: { [RESULTS]: '{"group_subtasks":{"g":[1]}}' },
    file: RESULTS,
    field: 'group_subtasks.g',
    says: /list of task names/,
  },
  {
    name: 'results whose versions are a list',
    samples: lines(good),
    more: { [RESULTS]: '{"versions":[1]}' },
    file: RESULTS,
    field: 'versions',
    says: /must be an object/,
  },
  {
    name: 'a task in two groups',
    samples: lines(good),
    more: { [RESULTS]: '{"model_name":"m","group_subtasks":{"g":["t"],"h":["t"]}}' },
    options: { category: 'group' },
    file: '',
    field: 'group_subtasks',
    says: /groups g and h/,
  },
  {
    name: 'two runs of the same date',
    samples: lines(good),
    more: { [`n/samples_t_${DATE}.jsonl`]: lines(good) },
    options: { modelName: () => 'same' },
    file: `n/samples_t_${DATE}.jsonl`,
    says: /neither says which is newer/,
  },
  {
    name: 'more labels than allowed',
    samples: lines(good, sample({ doc_hash: 'dd' })),
    options: { maxCells: 1 },
    row: 2,
    says: /maxCells/,
  },
];

describe('readHarnessLogs refuses, by file, row and field,', () => {
  it.each(CASES)('$name', async ({ samples, more, options, says, row, field, code, file }) => {
    const directory = join(root, Math.random().toString(36).slice(2));
    for (const [name, content] of Object.entries({ [SAMPLES]: samples ?? '', ...more })) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    const error = await readHarnessLogs(directory, options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DataError);
    if (!(error instanceof DataError)) return;
    expect(error.message).toMatch(says);
    expect(error.code).toBe(code ?? 'invalid-data');
    const expected = file === '' ? undefined : join(directory, file ?? SAMPLES);
    expect(error.location).toEqual({
      ...(expected !== undefined && { file: expected }),
      ...(row !== undefined && { row }),
      ...(field !== undefined && { field }),
    });
  });

  it('a folder without samples, a missing one, and a link that leads nowhere', async () => {
    const directory = join(root, 'none');
    await mkdir(directory);
    await expect(readHarnessLogs(directory)).rejects.toThrow(/there is no samples_/);
    await expect(readHarnessLogs(join(directory, 'x'))).rejects.toMatchObject({ code: 'io' });
    await symlink(join(directory, 'gone'), join(directory, `samples_t_${DATE}.jsonl`));
    await expect(readHarnessLogs(directory)).rejects.toMatchObject({ code: 'io' });
    await expect(readHarnessLogs([join(directory, 'data.csv')])).rejects.toThrow(/not named like/);
    await expect(readHarnessLogs(directory, { threshold: 0 })).rejects.toThrow(/threshold/);
  });

  it('but takes NaN and Infinity of Python where they do not matter, in and out of text', async () => {
    const directory = join(root, 'python');
    await mkdir(join(directory, 'm'), { recursive: true });
    const text = sample({ doc: { question: 'Is "NaN" \\ -Infinity?', size: 0 } });
    await writeFile(
      join(directory, SAMPLES),
      lines(text.replace('"size":0', '"size":-Infinity').replace('"target":"0"', '"target":NaN')),
    );
    const { questions, correctness } = await readHarnessLogs(directory);
    expect(questions[0]?.prompt).toBe('Is "NaN" \\ -Infinity?');
    expect(correctness.get(0, 0)).toBe(1);
  });
});
