import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const QUICK = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await mkdir(join(folder, 'dataset'));
  await writeSmallPool(join(folder, 'dataset'));
  await mkdir(join(folder, 'directory'));
  await symlink('loop', join(folder, 'loop'));
  // Without a writer, so that opening one would wait for good.
  for (const name of ['pipe.csv', 'pipe.parquet', 'pipe.zip', 'pipe.eval']) {
    execFileSync('mkfifo', [join(folder, name)]);
  }
  const table = 'prompt,model,label\nWhy?,a,1\nHow?,a,0\n';
  await writeFile(join(folder, 'table.csv'), table);
  await writeFile(join(folder, 'utf16.txt'), Buffer.from(`\uFEFF${table}`, 'utf16le'));
  await writeFile(join(folder, 'latin1.txt'), Buffer.from('Why?\ncafé?\n', 'latin1'));
  await writeFile(join(folder, 'text.parquet'), table);
  await writeFile(join(folder, 'empty-object.json'), '{}');
  await writeFile(join(folder, 'torn.jsonl'), '{"call":');
  expect((await embedllm(folder, ['train', ...QUICK])).code).toBe(0);
});
afterAll(() => remove());

it.each([
  [['route', '--input', 'table.csv'], 2, /table\.csv looks like a table.*--input-format/],
  [['route', '--input', 'directory'], 3, /directory: it is a directory, but a file is needed/],
  [['route', '--input', 'loop'], 3, /loop: its symbolic links form a loop/],
  [['route', '--input', 'utf16.txt'], 3, /utf16\.txt, row 1: is UTF-16 text/],
  [['route', '--input', 'latin1.txt'], 3, /latin1\.txt, row 2: is not valid UTF-8/],
  [['route', '--artifact', 'table.csv', 'Why?'], 3, /table\.csv: it, or a part.*not a directory/],
  [['train', '--embeddings', 'directory'], 3, /directory: It cannot be read: it is a directory/],
  [['evaluate', '--data', 'table.csv'], 3, /table\.csv is not a store\. .*`embedllm build`/],
  [['build', 'text.parquet', '--check'], 3, /text\.parquet: is named like Parquet/],
  [['build', 'empty-object.json', '--check'], 3, /The table has no columns/],
  [['build', 'loop', '--check'], 3, /loop: cannot be read \(its symbolic links form a loop\)/],
  [['build', 'pipe.csv', '--check'], 3, /pipe\.csv: is a pipe or a device, .*Save what it gives/],
  [['build', 'pipe.parquet', '--check'], 3, /pipe\.parquet: is a pipe or a device/],
  [['build', 'pipe.zip', '--check'], 3, /pipe\.zip: is a pipe or a device/],
  [['build', 'pipe.eval', '--check'], 3, /pipe\.eval: is a pipe or a device/],
  [['evaluate', '--data', 'pipe.csv'], 3, /pipe\.csv: is a pipe or a device/],
  [['cascade', 'torn.jsonl', '--ask', 'a,b', '--escalate', 'c'], 3, /It has no answers at all/],
  [
    ['collect', '--questions', 'table.csv', '-m', 'http://localhost:1/v1#m', '--dry-run'],
    2,
    /table\.csv: question 1 has no scorer.*--scorer/,
  ],
] as const)('says what is wrong: embedllm %s', async (argv, code, message) => {
  const outcome = await embedllm(folder, argv, { stdin: '' });
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
});

it('reads questions of a table a line at a time where it is asked to', async () => {
  const argv = ['route', '--input', 'table.csv', '--input-format', 'text', '--json'];
  const { stdout } = await embedllm(folder, argv, { stdin: '' });
  expect(stdout.trim().split('\n')).toHaveLength(3);
});
