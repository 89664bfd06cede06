import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const QUICK = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'dataset'));
  await mkdir(join(folder, 'directory'));
  await symlink('loop', join(folder, 'loop'));
  // Without a writer, so that opening one would wait for good.
  for (const name of ['pipe.csv', 'pipe.parquet', 'pipe.zip', 'pipe.eval', 'pipe.txt']) {
    execFileSync('mkfifo', [join(folder, name)]);
  }
  const table = 'prompt,model,label\nWhy?,a,1\nHow?,a,0\n';
  await writeFile(join(folder, 'table.csv'), table);
  await writeFile(join(folder, 'utf16.txt'), Buffer.from(`\uFEFF${table}`, 'utf16le'));
  await writeFile(join(folder, 'latin1.txt'), Buffer.from('Why?\ncafé?\n', 'latin1'));
  await writeFile(join(folder, 'text.parquet'), table);
  await writeFile(join(folder, 'empty-object.json'), '{}');
  await writeFile(join(folder, 'comma.json'), '{ "data": "dataset",\n}');
  await writeFile(join(folder, 'gateway.yaml'), 'artifact: ./artifact\n');
  await writeFile(
    join(folder, 'piped-key.json'),
    JSON.stringify({
      upstreams: { a: { baseURL: 'http://127.0.0.1:9/v1', apiKeyFile: 'pipe.txt' } },
      models: { m: { upstream: 'a' } },
    }),
  );
  await writeFile(join(folder, 'utf16.json'), Buffer.from('\uFEFF{}', 'utf16le'));
  await writeFile(join(folder, 'utf16.yaml'), Buffer.from('\uFEFFmodels: {}', 'utf16le'));
  await writeFile(join(folder, 'question.csv'), 'question\nWhy?\n');
  await writeFile(join(folder, 'torn.jsonl'), '{"call":');
  expect((await embedllm(folder, ['train', ...QUICK])).code).toBe(0);
});

it.each([
  [['route', '--input', 'table.csv'], 2, /table\.csv looks like a table.*--input-format/],
  [['route', '--input', 'directory'], 3, /directory: it is a directory, but a file is needed/],
  [['route', '--input', 'loop'], 3, /loop: its symbolic links form a loop/],
  [['route', '--input', 'utf16.txt'], 3, /utf16\.txt, row 1: is UTF-16 text/],
  [['route', '--input', 'latin1.txt'], 3, /latin1\.txt, row 2: is not valid UTF-8/],
  [['route', '--artifact', 'table.csv', 'Why?'], 3, /table\.csv: it, or a part.*not a directory/],
  [
    ['evaluate', '--config', 'directory'],
    2,
    /--config directory is a folder\. Name the file itself/,
  ],
  [
    ['serve', '--check', '--config', 'gateway.yaml'],
    2,
    /\.json file.*of a gateway is an argument: embedllm serve gateway\.yaml/,
  ],
  [
    ['evaluate', '--config', 'comma.json'],
    2,
    /comma\.json is not valid JSON: unexpected } at line 2/,
  ],
  [['evaluate', '--config', 'utf16.json'], 2, /utf16\.json, row 1: is UTF-16 text/],
  [['serve', 'comma.json'], 2, /comma\.json: Is not valid JSON: unexpected } at line 2, column 1/],
  [['serve', 'pipe.txt'], 2, /pipe\.txt is a pipe or a device\..* must be a file/],
  [['serve', 'piped-key.json'], 2, /apiKeyFile: The file pipe\.txt cannot be read/],
  [['serve', 'utf16.yaml'], 2, /utf16\.yaml, row 1: is UTF-16 text\. Save it as UTF-8/],
  [['route', '--prices', 'comma.json', 'Why?'], 3, /is not valid JSON: unexpected } at line 2/],
  [['add-model', '--answers', 'question.csv'], 3, /which column is the score\?.*--score-column/],
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

it.each([
  ['route', '--input', 'pipe.txt', '--input-format', 'text'],
  ['route', '--prices', 'pipe.txt', 'Why?'],
  ['train', '--embeddings', 'pipe.txt'],
  ['add-model', '--answers', 'pipe.txt', '--name', 'new'],
])('ends on a signal while it waits for the writer of a pipe: embedllm %s %s', async (...argv) => {
  const child = spawn(process.execPath, [BINARY, ...argv], { cwd: folder, stdio: 'ignore' });
  const exit = once(child, 'exit');
  const writer = await openedForWriting(join(folder, 'pipe.txt'));
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
  closeSync(writer);
});

/** Opens a pipe once it has a reader. */
async function openedForWriting(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await sleep(50);
    }
  }
}

it('reads questions of a pipe', async () => {
  const argv = ['route', '--input', 'pipe.txt', '--input-format', 'text', '--json'];
  const run = embedllm(folder, argv, { stdin: '' });
  execFile('sh', ['-c', 'sleep 0.5; printf "Why?\\nHow?\\n" > pipe.txt'], { cwd: folder });
  const { stdout } = await run;
  expect(stdout.trim().split('\n')).toHaveLength(2);
});

it('says what it replaced, and only that', async () => {
  const build = ['build', 'table.csv', '--no-split', '-o', 'built'];
  expect((await embedllm(folder, build)).stderr).not.toContain('Replaced');
  expect((await embedllm(folder, build)).stderr).toMatch(/Replaced the dataset in \S*built\.$/m);
  const train = ['train', ...QUICK, '-o', 'trained'];
  expect((await embedllm(folder, train)).stderr).not.toContain('Replaced');
  expect((await embedllm(folder, train)).stderr).toMatch(/Replaced the artifact in \S*trained\.$/m);
});
