import { appendFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, embedllmJson, scratchFolder, writeSmallPool } from './command-line.js';

const FIXTURES = fileURLToPath(new URL('../../dataset-builder/test/fixtures', import.meta.url));
const HARNESS = ['--filter', 'strict-match,none'];
const INSPECT = ['--scorer', 'choice,match', '--threshold', '0.5'];

const folder = scratchFolder();

beforeAll(async () => {
  await cp(join(FIXTURES, 'harness/pool'), join(folder, 'logs'), { recursive: true });
  await cp(join(FIXTURES, 'inspect/pool'), join(folder, 'inspect'), { recursive: true });
  await writeSmallPool(join(folder, 'raw'));
});

const json = (...argv: string[]) => embedllmJson(folder, argv);

/** The files of a folder whose names begin with something, at any depth. */
async function filesOf(path: string, start: string): Promise<string[]> {
  const names = await readdir(join(folder, path), { recursive: true });
  return names
    .filter((name) => name.split('/').at(-1)?.startsWith(start))
    .map((name) => join(path, name))
    .sort();
}

describe('lm-evaluation-harness logs', () => {
  it('give the same models whether files or their folder are named', async () => {
    const samples = await filesOf('logs', 'samples_');
    await json('build', 'logs', ...HARNESS, '--no-split', '-o', 'of-folder');
    const { models } = await json('build', ...samples, ...HARNESS, '--no-split', '-o', 'of-files');
    expect(models).toBe(2);
    const best = ({ best: { name } }: { best: { name: string } }): string => name;
    const whole = await json('build', 'of-folder', '--check');
    expect(best(await json('build', 'of-files', '--check'))).toBe(best(whole));
    const stored = await json('build', ...samples, ...HARNESS, '-o', 'of-files.duckdb');
    expect(stored).toMatchObject({ models: 2, labels: whole.labels });
    const [first = ''] = samples;
    const alone = await json('build', first, ...HARNESS, '--no-split', '-o', 'of-one');
    expect(best(alone)).not.toContain('__');
  });

  it('give a warning when questions share a text or have none', async () => {
    const doc = { question: 'cause', label: 0 };
    const samples = ['cause', 'effect', 'cause', ''].map((question, index) =>
      JSON.stringify({
        ...{ doc_id: index, doc: { ...doc, question, idx: index }, doc_hash: `hash${index}` },
        ...{ target: '0', filter: 'none', metrics: ['acc'], acc: index % 2 },
      }),
    );
    await mkdir(join(folder, 'shared/model'), { recursive: true });
    const file = 'shared/model/samples_copa_2025-03-01T10-00-00.123456.jsonl';
    await writeFile(join(folder, file), samples.join('\n'));
    const argv = ['build', 'shared', '--check', '--no-split', '--json'];
    const { stdout, stderr } = await embedllm(folder, argv);
    expect(stderr).toContain(
      'copa: of 4 questions 2 share their text with another (2 have "cause", such as copa/hash0, copa/hash2); 1 have no text.',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      texts: [{ category: 'copa', questions: 4, sharingText: 2, withoutText: 1 }],
    });
  });

  it('say how many labels of older runs the newest overrules', async () => {
    const argv = ['build', 'logs', ...HARNESS, '--no-split', '--check'];
    // other/chat-13b answered gsm8k twice, one question of it differently.
    expect(await json(...argv)).toMatchObject({ overruled: 1 });
    expect((await embedllm(folder, argv)).stdout).toMatch(
      /^1 label from older runs was overridden by the newest run\.$/m,
    );
  });
});

describe('forecast', () => {
  it('takes the logs of Inspect', async () => {
    const files = await filesOf('inspect', '20');
    await json('build', 'inspect', ...INSPECT, '-o', 'asked');
    const { labels } = await json('build', ...files, ...INSPECT, '--no-split', '-o', 'named');
    expect(labels).toBe((await json('build', 'asked', '--check')).labels);
    const [log = ''] = files;
    const { forecast, unknownQuestions } = await json(
      ...['forecast', '--data', 'asked', '--abilities', '1', '--answers', log, ...INSPECT],
    );
    expect(unknownQuestions).toBe(0);
    expect(forecast.benchmarks.some(({ answers }: { answers: number }) => answers > 0)).toBe(true);
  });

  it('warns, also when quiet, of samples that have no score', async () => {
    await json('build', 'logs', ...HARNESS, '-o', 'scored');
    const [sample = ''] = await filesOf('logs', 'samples_gsm8k');
    await cp(join(folder, dirname(sample)), join(folder, 'gaps'), { recursive: true });
    const file = join(folder, 'gaps', basename(sample));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    const gaps = lines.map((line, row) => {
      if (row % 2 === 0) return line;
      const { exact_match: _, ...unscored } = JSON.parse(line);
      return JSON.stringify({ ...unscored, exact_match: null });
    });
    await writeFile(file, `${gaps.join('\n')}\n`);
    const { stderr } = await embedllm(folder, [
      ...['forecast', '--data', 'scored', '--abilities', '1', '--answers', 'gaps', '--quiet'],
      ...HARNESS,
    ]);
    expect(stderr).toMatch(/^warning: Left out: 1 sample without a score/m);
  });

  it('takes a filter for the logs of --logs where the answers are logs of Inspect', async () => {
    const [log = ''] = await filesOf('inspect', '20');
    await json('build', 'inspect', 'logs', ...INSPECT, ...HARNESS, '--no-split', '-o', 'both');
    const answers = ['--data', 'both', '--abilities', '1', '--answers', log, ...INSPECT];
    const ask = [
      '--next',
      '3',
      '--benchmarks',
      'gsm8k',
      '--logs',
      'logs',
      '--samples',
      'next.json',
    ];
    const { forecast, next } = await json('forecast', ...answers, ...ask, ...HARNESS);
    expect(forecast.micro.answers).toBeGreaterThan(0);
    expect(next).toHaveLength(3);
    const alone = await embedllm(folder, ['forecast', ...answers, ...HARNESS]);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toMatch(/--filter applies only to lm-evaluation-harness logs/);
  });

  it('says what to ask a new model first, but decides nothing without answers', async () => {
    await json('build', 'raw');
    const { next } = await json('forecast', '--abilities', '1', '--next', '3');
    expect(new Set(next).size).toBe(3);
    const gate = await embedllm(folder, ['forecast', '--next', '3', '--require', 'math>=0']);
    expect(gate.stderr).toMatch(/Unknown benchmark "math"\. Available: /);
    const blind = await embedllm(folder, ['forecast', '--next', '3', '--require', 'micro>=0']);
    expect(blind.stderr).toMatch(/Pass --answers or --model to say which/);
    expect([gate.code, blind.code]).toEqual([2, 2]);
  });
});

describe('train', () => {
  const quick = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];

  it('leaves models without labels out and says so', async () => {
    await cp(join(folder, 'raw'), join(folder, 'silent'), { recursive: true });
    const models = join(folder, 'silent/models.csv');
    const [header = ''] = (await readFile(models, 'utf8')).split('\n');
    const gaps = ','.repeat(header.split(',').length - 2);
    await appendFile(models, `99,never-asked${gaps}\n`);
    const { code, stderr, stdout } = await embedllm(folder, [
      ...['train', '--data', 'silent', '-o', 'quiet', ...quick, '--json'],
    ]);
    expect(stderr).toMatch(/warning: Left out, because they have no labels: never-asked\./);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).training.counts.models).toBe(8);
    const measured = await embedllm(folder, [
      ...['evaluate', '--data', 'silent', '-a', 'quiet', '--json'],
    ]);
    expect(JSON.parse(measured.stdout).trainingData).toBe('same');
  });
});

describe('a table of one’s own', () => {
  it('is refused where its columns say too little, with the flags that name them', async () => {
    await writeFile(join(folder, 'wide.csv'), 'what,a,b\nq1,1,0\nq2,0,1\n');
    const { code, stderr } = await embedllm(folder, ['build', 'wide.csv']);
    expect(stderr).toMatch(/which column is the question\?.*--question-column COLUMN/);
    expect(code).toBe(3);
  });
});
