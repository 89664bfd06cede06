import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, type ErrorCode } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type ReadInspectLogsOptions, readInspectLogs } from '../src/index.js';
import { zipBytes } from './archive-bytes.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const NAME = '2025-07-05T09-59-40+00-00_t_x';

const spec = { created: '2025-07-05T09:59:40Z', task: 't', dataset: {}, model: 'm', config: {} };
const good = { id: 1, epoch: 1, input: 'Why?', target: 'x', scores: { s: { value: 'C' } } };

/** A log of one line a part, with some parts changed; `undefined` leaves one out. */
function log(changes: Record<string, unknown> = {}): string {
  const parts = { version: 2, status: 'success', eval: spec, samples: [good], ...changes };
  const members = Object.entries(parts).flatMap(([key, value]) =>
    value === undefined ? [] : [`"${key}": ${JSON.stringify(value)}`],
  );
  return `{\n${members.join(',\n')}\n}\n`;
}

/** The sample is on line 5. */
const withSample = (changes: Record<string, unknown>): string =>
  log({ samples: [{ ...good, ...changes }] });
const withSpec = (changes: Record<string, unknown>): string =>
  log({ eval: { ...spec, ...changes } });

interface Case {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly ending?: string;
  readonly options?: ReadInspectLogsOptions;
  readonly says: RegExp;
  readonly row?: number;
  readonly field?: string;
  readonly code?: ErrorCode;
}

const CASES: readonly Case[] = [
  { name: 'an empty file', content: '', says: /is empty/ },
  { name: 'only white space', content: ' \n ', says: /has no JSON object/, row: 2 },
  { name: 'a list', content: '[]', says: /must be a JSON object, but starts with "\["/, row: 1 },
  { name: 'text', content: 'hello', says: /must be a JSON object, but starts with "h"/ },
  {
    name: 'JSON lines',
    content: `${log()}${log()}`,
    says: /more content after .*JSON Lines/,
    row: 7,
  },
  {
    name: 'an object of something else',
    content: '{"a": 1}',
    says: /not an Inspect log/,
    field: 'version',
  },
  {
    name: 'results of lm-evaluation-harness',
    content: '{"results": {}, "config": {}}',
    says: /not an Inspect log/,
  },
  {
    name: 'a file that ends within a sample',
    content: log().slice(0, -30),
    says: /not complete JSON.*truncated/,
  },
  {
    name: 'a file that ends between samples',
    content: log().slice(0, -4),
    says: /not complete JSON.*truncated/,
  },
  {
    name: 'a file that ends within a string',
    content: log().slice(0, 30),
    says: /not complete JSON/,
    row: 3,
  },
  {
    name: 'a missing comma',
    content: log().replace(',\n"status"', '\n"status"'),
    says: /not valid JSON: unexpected "\\""/,
    row: 3,
  },
  {
    name: 'a missing colon',
    content: log().replace('"status":', '"status"'),
    says: /not valid JSON/,
    row: 3,
  },
  {
    name: 'a comma too many',
    content: log().replace('\n}\n', ',\n}\n'),
    says: /not valid JSON: unexpected "}"/,
    row: 6,
  },
  {
    name: 'a key without quotes',
    content: log().replace('"status"', 'status'),
    says: /not valid JSON: unexpected "s"/,
    row: 3,
  },
  {
    name: 'a sample that is not JSON',
    content: log().replace('"Why?"', 'Why?'),
    says: /not valid JSON/,
    row: 5,
  },
  {
    name: 'a sample that is a number',
    content: log({ samples: [5] }),
    says: /must be a JSON object, but is "?5/,
    row: 5,
  },
  {
    name: 'samples that are an object',
    content: log({ samples: {} }),
    says: /has no samples/,
    field: 'samples',
  },
  {
    name: 'no samples',
    content: log({ samples: undefined }),
    says: /has no samples.*--log-samples/,
  },
  { name: 'samples that are null', content: log({ samples: null }), says: /has no samples/ },
  { name: 'an empty list of samples', content: log({ samples: [] }), says: /has no samples/ },
  {
    name: 'a newer version',
    content: log({ version: 3 }),
    says: /version "?3"? of the log format/,
    field: 'version',
    code: 'unsupported-version',
  },
  {
    name: 'a version that is text',
    content: log({ version: 'two' }),
    says: /of the log format/,
    code: 'unsupported-version',
  },
  {
    name: 'no version',
    content: log({ version: undefined }),
    says: /does not start with version and eval/,
  },
  {
    name: 'no eval',
    content: log({ eval: undefined }),
    says: /does not start with version and eval/,
    field: 'eval',
  },
  { name: 'an eval that is null', content: log({ eval: null }), says: /must be a JSON object/ },
  {
    name: 'an unknown status',
    content: log({ status: 'done' }),
    says: /must be one of started, success/,
    field: 'status',
  },
  {
    name: 'a run that continues',
    content: log({ status: 'started' }),
    says: /status started.*incomplete: 'skip'/,
    field: 'status',
  },
  { name: 'no status', content: log({ status: undefined }), says: /status started/ },
  {
    name: 'no model',
    content: withSpec({ model: undefined }),
    says: /must be a non-empty string, but it is missing/,
    field: 'eval.model',
  },
  {
    name: 'an empty task',
    content: withSpec({ task: '' }),
    says: /must be a non-empty string/,
    field: 'eval.task',
  },
  {
    name: 'a time that is none',
    content: withSpec({ created: 'yesterday' }),
    says: /must be a time.*yesterday/,
    field: 'eval.created',
  },
  {
    name: 'fewer samples than the results say',
    content: log({ results: { completed_samples: 2 } }),
    says: /1 samples, but its results count 2.*truncated.*incomplete: 'take'/,
    field: 'samples',
  },
  {
    name: 'no id',
    content: withSample({ id: undefined }),
    says: /must be a non-empty string or an integer/,
    row: 5,
    field: 'id',
  },
  {
    name: 'an id that is a fraction',
    content: withSample({ id: 1.5 }),
    says: /or an integer, but it is "?1.5/,
    field: 'id',
  },
  {
    name: 'no epoch',
    content: withSample({ epoch: undefined }),
    says: /integer of at least 1/,
    field: 'epoch',
  },
  {
    name: 'epoch 0',
    content: withSample({ epoch: 0 }),
    says: /integer of at least 1/,
    field: 'epoch',
  },
  {
    name: 'a sample twice',
    content: log({ samples: [good, { ...good, scores: { s: { value: 'I' } } }] }),
    says: /"?1"? occurs twice for epoch 1.*onConflict/,
    row: 5,
    field: 'id',
    code: 'conflicting-labels',
  },
  {
    name: 'a content twice',
    content: log({ samples: [good, { ...good, id: 2, scores: { s: { value: 'I' } } }] }),
    options: { questionId: 'content' },
    says: /twice for epoch 1, the first time as "?1"? with the same content/,
    code: 'conflicting-labels',
  },
  {
    name: 'no input',
    content: withSample({ input: undefined }),
    says: /a string or a list of messages/,
    row: 5,
    field: 'input',
  },
  {
    name: 'an input that is a number',
    content: withSample({ input: 5 }),
    says: /a string or a list of messages/,
    field: 'input',
  },
  {
    name: 'messages without content',
    content: withSample({ input: [{ role: 'user' }] }),
    says: /a string or a list of messages/,
    field: 'input',
  },
  {
    name: 'choices that are text',
    content: withSample({ choices: 'A' }),
    says: /list of strings/,
    field: 'choices',
  },
  {
    name: 'scores that are a list',
    content: withSample({ scores: [] }),
    says: /must be an object/,
    field: 'scores',
  },
  {
    name: 'a score that is a letter',
    content: withSample({ scores: { s: 'C' } }),
    says: /must be an object/,
    field: 'scores.s',
  },
  {
    name: 'a score without value',
    content: withSample({ scores: { s: {} } }),
    says: /is missing/,
    field: 'scores.s.value',
  },
  {
    name: 'a value that is a word',
    content: withSample({ scores: { s: { value: 'good' } } }),
    says: /must be C, I, P or N.*good/,
    row: 5,
    field: 'scores.s.value',
  },
  {
    name: 'a value beyond 1',
    content: withSample({ scores: { s: { value: 7 } } }),
    says: /number from 0 to 1, but it is "?7/,
    field: 'scores.s.value',
  },
  {
    name: 'a negative value',
    content: withSample({ scores: { s: { value: -1 } } }),
    says: /number from 0 to 1/,
  },
  {
    name: 'a value that is a list',
    content: withSample({ scores: { s: { value: [1] } } }),
    says: /must be C, I, P or N/,
    field: 'scores.s.value',
  },
  {
    name: 'a text beyond 1',
    content: withSample({ scores: { s: { value: '85' } } }),
    says: /must be C, I, P or N/,
  },
  {
    name: 'partial credit without threshold',
    content: withSample({ scores: { s: { value: 'P' } } }),
    says: /is 0.5, a graded score.*threshold/,
    row: 5,
    field: 'scores',
  },
  {
    name: 'two scorers',
    content: withSample({ scores: { a: { value: 'C' }, b: { value: 'I' } } }),
    says: /has "?a"?, "?b"?. Choose one with scorer: \{ 't': 'a' \}/,
    field: 'scores',
  },
  {
    name: 'a scorer that is not there',
    content: log(),
    options: { scorer: 'judge' },
    says: /has none of judge, but "?s/,
    field: 'scores',
  },
  {
    name: 'samples of two scorers',
    content: log({ samples: [good, { ...good, id: 2, scores: { r: { value: 'C' } } }] }),
    says: /is scored by "?r"?, but other samples are scored by "?s/,
    field: 'scores',
  },
  {
    name: 'a value of two keys',
    content: withSample({ scores: { s: { value: { a: 1, b: 0 } } } }),
    says: /has "?a"?, "?b"?. Choose one with value: \{ 't': 'a' \}/,
    field: 'scores.s.value',
  },
  {
    name: 'a key __proto__',
    content: log().replace('"epoch"', '"__proto__": {}, "epoch"'),
    says: /__proto__/,
    row: 5,
  },
  {
    name: 'a sample that is too long',
    content: withSample({ input: 'x'.repeat(2000) }),
    options: { maxRecordBytes: 1000 },
    says: /longer than 1000 bytes.*maxRecordBytes/,
    row: 5,
  },
  {
    name: 'a threshold out of range',
    content: log(),
    options: { threshold: 2 },
    says: /threshold/,
    code: 'invalid-argument',
  },
  {
    name: 'too many cells',
    content: log({ samples: [good, { ...good, id: 2 }] }),
    options: { maxCells: 1 },
    says: /2 questions x 1 models.*maxCells/,
  },
  { name: 'UTF-16', content: Buffer.from(`\ufeff${log()}`, 'utf16le'), says: /UTF-16/ },
  { name: 'a NUL byte', content: log().replace('Why', 'W\0y'), says: /NUL/, row: 5 },
  {
    name: 'truncated gzip',
    content: gzipSync(log()).subarray(0, 60),
    ending: 'json.gz',
    says: /truncated/,
  },
  {
    name: 'an archive that is none',
    content: log(),
    ending: 'eval',
    says: /not a complete zip archive/,
  },
  {
    name: 'an archive compressed with bzip2',
    content: zipBytes([{ name: 'header.json', content: '{}', method: 12 }]),
    ending: 'eval',
    says: /header\.json.*inspect log convert --to json/,
  },
  {
    name: 'an archive with damaged Zstandard',
    content: zipBytes([{ name: 'header.json', content: '{}', method: 93 }]),
    ending: 'eval',
    says: /"header\.json" is damaged.*Zstandard/,
  },
  {
    name: 'an archive without header',
    content: zipBytes([{ name: 'samples/1_epoch_1.json', content: '{}' }]),
    ending: 'eval',
    says: /has no header.json/,
  },
  {
    name: 'an archive of a run that continues',
    content: zipBytes([
      { name: '_journal/start.json', content: JSON.stringify({ version: 2, eval: spec }) },
      { name: 'samples/1_epoch_1.json', content: JSON.stringify(good) },
    ]),
    ending: 'eval',
    says: /status started/,
    field: 'status',
  },
  {
    name: 'an archive whose header is not JSON',
    content: zipBytes([{ name: 'header.json', content: '{' }]),
    ending: 'eval',
    says: /header\.json.*not complete JSON/,
  },
  {
    name: 'an archive with a broken sample',
    content: zipBytes([
      { name: 'header.json', content: log({ samples: undefined }) },
      { name: 'samples/1_epoch_1.json', content: '{"id": 1,' },
    ]),
    ending: 'eval',
    says: /samples\/1_epoch_1\.json.*not complete JSON/,
  },
];

describe('malformed logs of Inspect', () => {
  it.each(CASES)(
    'refuses $name',
    async ({ content, ending = 'json', options, says, row, field, code }) => {
      const file = join(root, `${NAME}.${ending}`);
      await writeFile(file, content);
      const error: unknown = await readInspectLogs([file], options).catch(
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject({
        code: code ?? 'invalid-data',
        message: expect.stringMatching(says),
      });
      if (code === 'invalid-argument') return;
      expect(error).toBeInstanceOf(DataError);
      if (!(error instanceof DataError)) return;
      expect(error.location.file).toContain(NAME);
      if (row !== undefined) expect(error.location.row).toBe(row);
      if (field !== undefined) expect(error.location.field).toBe(field);
    },
  );

  it('refuses files and folders that are not there, or have no log', async () => {
    await expect(readInspectLogs([join(root, 'none.json')])).rejects.toMatchObject({ code: 'io' });
    await expect(readInspectLogs(join(root, 'none'))).rejects.toMatchObject({ code: 'io' });
    await expect(readInspectLogs([])).rejects.toThrow(/no Inspect log/);
    const empty = join(root, 'empty');
    await mkdir(empty);
    await expect(readInspectLogs(empty)).rejects.toThrow(/there is no \.eval/);
  });
});
