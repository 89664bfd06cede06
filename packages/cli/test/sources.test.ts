import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { beforeAll, describe, expect, it } from 'vitest';
import { tarGzBytes } from '../../dataset-builder/test/archive-bytes.js';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const HARNESS = fileURLToPath(
  new URL('../../dataset-builder/test/fixtures/harness', import.meta.url),
);

const INSPECT = fileURLToPath(
  new URL('../../dataset-builder/test/fixtures/inspect', import.meta.url),
);

const folder = scratchFolder();

beforeAll(async () => {
  await cp(join(HARNESS, 'pool'), join(folder, 'logs'), { recursive: true });
  await writeSmallPool(join(folder, 'raw'));
});

async function build(...argv: string[]): Promise<ReturnType<typeof JSON.parse>> {
  const { code, stdout, stderr } = await embedllm(folder, ['build', ...argv, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

describe('build', () => {
  it('reads lm-evaluation-harness logs', async () => {
    const options = ['--filter', 'strict-match,none', '--category', 'group', '--no-split'];
    const { models, categories, sources } = await build('logs', ...options, '-o', 'from-logs');
    expect(sources).toEqual([{ path: 'logs', format: 'harness' }]);
    expect(models).toBe(2);
    expect(categories.map(({ category }: { category: string }) => category)).toContain('mmlu');
    expect(await readdir(join(folder, 'from-logs'))).not.toContain('splits.csv');
  });

  it('reads logs of Inspect, alone and into a store', async () => {
    const logs = join(INSPECT, 'pool');
    const options = ['--scorer', 'choice,match', '--threshold', '0.5', '--no-split'];
    const direct = await build(logs, ...options, '-o', 'from-inspect');
    expect(direct.sources).toMatchObject([{ format: 'inspect' }]);
    expect(direct.labels).toBeGreaterThan(0);
    const stored = await build(logs, ...options, '-o', 'inspect.duckdb');
    for (const field of ['questions', 'models', 'labels']) {
      expect(stored[field], field).toBe(direct[field]);
    }
  });

  it('reads every log of a folder with both Harness and Inspect logs', async () => {
    await cp(join(folder, 'logs'), join(folder, 'both/harness'), { recursive: true });
    await cp(join(INSPECT, 'pool'), join(folder, 'both/inspect'), { recursive: true });
    const options = ['--filter', 'strict-match,none', '--scorer', 'choice,match'];
    const both = await build('both', ...options, '--threshold', '0.5', '--no-split', '-o', 'all');
    expect(both.sources).toEqual([
      { path: 'both', format: 'harness' },
      { path: 'both', format: 'inspect' },
    ]);
    const harness = await build('both/harness', ...options.slice(0, 2), '--check');
    const ofInspect = [...options.slice(2), '--threshold', '0.5'];
    const inspect = await build('both/inspect', ...ofInspect, '--check');
    expect(both.labels).toBe(harness.labels + inspect.labels);
  });

  it('reads a file of any name where its format is given, and says what else is not known', async () => {
    const rows = ['prompt_id,model_id,category,label,prompt,model_name', '0,0,math,1,Why?,maple'];
    await writeFile(join(folder, 'answers.text'), rows.join('\n'));
    const options = ['--check', '--no-split'];
    const named = await build('answers.text', '--format', 'embedllm', ...options);
    expect(named).toMatchObject({ questions: 1, sources: [{ format: 'embedllm' }] });
    const refused = await embedllm(folder, ['build', 'answers.text', ...options]);
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/Unrecognised file type.*--format/),
    });
    await mkdir(join(folder, 'empty'));
    const empty = await embedllm(folder, ['build', 'empty', ...options]);
    expect(empty.stderr).toMatch(/The folder has no responses\.csv/);
  });

  it('brings the vectors of the published data, which are in a file of PyTorch', async () => {
    const golden = new URL('../../trainer/test/golden/double.pth', import.meta.url);
    await mkdir(join(folder, 'published'));
    await cp(fileURLToPath(golden), join(folder, 'published/question_embeddings.pth'));
    const header = 'prompt_id,model_id,category,label,prompt,model_name';
    const rows = [0, 1, 2].map((id) => `${id},0,math,1,Question ${id}?,maple`);
    await writeFile(join(folder, 'published/train.csv'), [header, ...rows].join('\n'));
    await build('published', '-o', 'of-published');
    const { embeddings } = await readEvaluationFolder(join(folder, 'of-published'));
    expect([...(embeddings?.row(1) ?? [])]).toEqual([0.5, 0.625, 0.75, 0.875]);
  });

  it('reads an archive as it reads a folder, and leaves nothing of it behind', async () => {
    const names = await readdir(join(folder, 'raw'));
    const entries = await Promise.all(
      names.map(async (name) => ({ name, content: await readFile(join(folder, 'raw', name)) })),
    );
    await writeFile(join(folder, 'pool.tar.gz'), tarGzBytes(entries));
    const fromArchive = await build('pool.tar.gz', '-o', 'from-archive');
    const fromFolder = await build('raw', '-o', 'from-folder');
    const { output: _archive, sources: _unpacked, ...archived } = fromArchive;
    const { output: _folder, sources: _there, ...plain } = fromFolder;
    expect(archived).toEqual(plain);
  });

  it('brings several kinds together, in a folder or in a store that grows', async () => {
    const table = ['question,llm,grade', 'extra-1,maple-4b,0.9', 'extra-2,maple-4b,0.2', ''];
    await writeFile(join(folder, 'judged.csv'), table.join('\n'));
    const mapping = ['--question-column', 'question', '--model-column', 'llm'];
    const options = [...mapping, '--score-column', 'grade', '--threshold', '0.5'];
    const together = await build('raw', 'judged.csv', ...options, '-o', 'together');
    expect(together).toMatchObject({ questions: 242, models: 8 });
    expect(together.imports).toMatchObject([
      { format: 'folder' },
      { format: 'table', responses: 2 },
    ]);

    await build('raw', '-o', 'pool.duckdb');
    const grown = await build('raw', 'judged.csv', ...options, '-o', 'pool.duckdb');
    expect(grown.imports).toMatchObject([{ skipped: true }, { skipped: false, responses: 2 }]);
    expect(grown.labels).toBe(together.labels);

    const trained = await embedllm(folder, [
      ...['train', '--data', 'pool.duckdb', '--threshold', '0.5', '--encoder', 'hashing'],
      ...['--dimensions', '16', '--ranks', '0', '--ridges', '1', '--output', 'of-store', '--json'],
    ]);
    expect(trained.code).toBe(0);
  });

  it('keeps near-duplicates in one part where it is asked to', async () => {
    const { split } = await build('raw', '--group-duplicates', '--check');
    expect(split.train + split.validation + split.test).toBe(240);
  });

  it('writes nothing with --check', async () => {
    const before = (await readdir(folder)).sort();
    const { output } = await build('raw', '--check');
    expect(output).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});

describe('flags that mean nothing', () => {
  it('warns of names that no log has, with the similar one', async () => {
    const argv = ['build', 'logs', '--filter', 'strict-match,none', '--check', '--no-split'];
    const flags = ['--metric', 'gsm8=exact_match', '--skip-tasks', 'nosuch'];
    const { code, stderr } = await embedllm(folder, [...argv, ...flags]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/--metric gsm8 matches nothing in the logs\. Did you mean "gsm8k"/);
    expect(stderr).toMatch(/--skip-tasks nosuch matches nothing in the logs\. There are .*gsm8k/);
  });

  it('warns of each score or scorer that no sample has, among others that some have', async () => {
    const logs = ['build', 'logs', '--filter', 'strict-match,none', '--check', '--no-split'];
    const { stderr } = await embedllm(folder, [...logs, '--metric', 'acc,exact_match,acc_nrm']);
    expect(stderr).toMatch(/--metric acc_nrm matches nothing in the logs\./);
    expect(stderr).not.toMatch(/--metric (?:acc|exact_match) matches/);
    const pool = join(INSPECT, 'pool');
    const inspect = ['build', pool, '--check', '--no-split', '--threshold', '0.5'];
    const warned = await embedllm(folder, [...inspect, '--scorer', 'match,choice,wrong']);
    expect(warned.stderr).toMatch(/--scorer wrong matches nothing/);
  });

  it.each([
    ['build', ['logs', '--scorer', 'match'], /--scorer applies only to Inspect logs/],
    ['build', ['raw', '--filter', 'none'], /--filter applies only to lm-eval/],
    ['build', ['raw', '--categories', 't=x'], /--categories applies only to /],
    ['build', ['logs', '--filter', 'strict-match,none', '--threshold', '2'], /--threshold must/],
  ])('%s %j is refused', async (command, argv, message) => {
    const { code, stderr } = await embedllm(folder, [command, ...argv, '--check']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});
