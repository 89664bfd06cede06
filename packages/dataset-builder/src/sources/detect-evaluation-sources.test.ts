import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tarBytes, tarGzBytes, zipBytes } from '../../test/archive-bytes.js';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { detectEvaluationSources } from './detect-evaluation-sources.js';

const root = temporaryDirectory();
const fixtures = fileURLToPath(new URL('../../test/fixtures', import.meta.url));
const HARNESS = 'a/samples_gsm8k_2024-06-25T12-30-00.123456.jsonl';
const INSPECT = 'b/2025-07-05T09-59-40+00-00_capitals_x1.eval';

let folders = 0;
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(root, `folder-${folders++}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

describe('a folder', () => {
  it('with responses is an evaluation folder, whatever else it holds', async () => {
    const parts = ['test.csv', 'train.csv.gz', 'models.csv', 'splits.csv', HARNESS];
    const path = await folderOf(Object.fromEntries(parts.map((name) => [name, ''])));
    expect(await detectEvaluationSources(path)).toEqual([
      {
        kind: 'folder',
        path,
        tables: {
          responses: [join(path, 'train.csv.gz'), join(path, 'test.csv')],
          questions: undefined,
          models: join(path, 'models.csv'),
        },
      },
    ]);
  });

  it('with responses that contradict is refused as when it is read', async () => {
    const twice = await folderOf({ 'responses.csv': '', 'train.csv': '' });
    await expect(detectEvaluationSources(twice)).rejects.toThrow(/Which of them are the responses/);
    const both = await folderOf({ 'responses.csv': '', 'responses.csv.gz': '' });
    await expect(detectEvaluationSources(both)).rejects.toThrow(/both responses.csv and/);
  });

  it('with logs has them at any depth, of one tool or of both', async () => {
    const [harness] = await detectEvaluationSources(join(fixtures, 'harness'));
    expect(harness).toMatchObject({ kind: 'harness', path: join(fixtures, 'harness') });
    const [inspect, ...others] = await detectEvaluationSources(join(fixtures, 'inspect'));
    expect(others).toEqual([]);
    expect(inspect?.kind === 'inspect' && inspect.files).toHaveLength(3);
    const path = await folderOf({
      [HARNESS]: '',
      [INSPECT]: '',
      'a/results_x.json': '',
      'c.txt': '',
    });
    expect(await detectEvaluationSources(path)).toEqual([
      { kind: 'harness', path, files: [join(path, HARNESS)] },
      { kind: 'inspect', path, files: [join(path, INSPECT)] },
    ]);
  });

  it('is searched once, even where a link leads back', async () => {
    const path = await folderOf({ [HARNESS]: '' });
    await symlink('..', join(path, 'a', 'back'));
    expect(await detectEvaluationSources(path)).toMatchObject([{ files: [join(path, HARNESS)] }]);
  });

  it('with something else is nothing known', async () => {
    expect(await detectEvaluationSources(await folderOf({ 'questions.csv': '' }))).toEqual([]);
  });
});

describe('a file', () => {
  it.each([
    ['samples_arc_easy.jsonl', { kind: 'harness' }],
    ['samples_gsm8k_2024-06-25T12-30-00.123456.jsonl.gz', { kind: 'harness' }],
    ['2025-07-05T09-59-40+00-00_capitals_x1.json', { kind: 'inspect' }],
    ['2025-07-05T09:59:40+00:00_capitals_x1.json.gz', { kind: 'inspect' }],
    ['mine.eval', { kind: 'inspect' }],
    ['mine.csv', { kind: 'table', format: 'csv' }],
    ['mine.CSV.gz', { kind: 'table', format: 'csv' }],
    ['mine.tsv', { kind: 'table', format: 'csv' }],
    ['mine.json', { kind: 'table', format: 'json' }],
    ['mine.jsonl', { kind: 'table', format: 'jsonl' }],
    ['mine.ndjson.gz', { kind: 'table', format: 'jsonl' }],
    ['mine.parquet', { kind: 'table', format: 'parquet' }],
    ['a.zip', { kind: 'archive', format: 'zip' }, zipBytes([])],
    ['a.tgz', { kind: 'archive', format: 'tar' }, tarGzBytes([{ name: 'x' }])],
    ['without-ending', { kind: 'archive', format: 'tar' }, tarBytes([{ name: 'x' }])],
  ])('%s', async (name, source, content = Buffer.from('{}')) => {
    const path = join(await folderOf({ [name]: content }), name);
    expect(await detectEvaluationSources(path)).toMatchObject([{ ...source, path }]);
  });

  it.each(['notes.md', 'empty'])('%s is nothing known', async (name) => {
    const folder = await folderOf({ [name]: name === 'empty' ? '' : '{}' });
    expect(await detectEvaluationSources(join(folder, name))).toEqual([]);
  });
});

it('says what is not there, and stops', async () => {
  const path = join(root, 'none');
  await expect(detectEvaluationSources(path)).rejects.toMatchObject({
    code: 'io',
    message: expect.stringMatching(/there is no such file or folder/),
    location: { file: path },
  });
  const stopped = detectEvaluationSources(root, { signal: AbortSignal.abort(new Error('enough')) });
  await expect(stopped).rejects.toThrow('enough');
});
