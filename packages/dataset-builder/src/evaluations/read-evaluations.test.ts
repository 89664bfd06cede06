import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { zipBytes } from '../../test/archive-bytes.js';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readHarnessLogs } from '../harness/read-harness-logs.js';
import { openEvaluationStore } from '../store/evaluation-store.js';
import { importEvaluations } from './import-evaluations.js';
import { readEvaluations } from './read-evaluations.js';

const root = temporaryDirectory();
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
const HARNESS = fixture('harness/pool');
const INSPECT = fixture('inspect/pool');
const GSM8K = join(HARNESS, 'tiny-org__tiny-7b/samples_gsm8k_2024-06-25T12-30-00.123456.jsonl');
const OF_BOTH = {
  filter: ['strict-match', 'none'],
  scorer: ['choice', 'match'],
  threshold: 0.5,
};

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(root, name), content);
  return join(root, name);
}

const OURS = 'prompt_id,model_id,category,label,prompt,model_name\n7,0,math,1,Why?,maple\n';
const OWN = 'question,model,correct\nWhat is 2 + 2?,oak,yes\n';

describe('one kind', () => {
  it('reads a folder of tables with its split and embeddings', async () => {
    const folder = join(root, 'pool');
    await mkdir(folder);
    await writeFile(join(folder, 'train.csv'), OURS);
    await writeFile(join(folder, 'test.csv'), OURS.replace('7,0', '8,0'));
    const { split, embeddings, sources, report } = await readEvaluations(folder);
    expect(split).toEqual({ train: [0], validation: [], test: [1] });
    expect([embeddings, report.labels]).toEqual([undefined, 2]);
    expect(sources).toEqual([{ path: folder, format: 'folder' }]);
    await expect(readEvaluations(folder, { onConflict: 'keep' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('has its own split'),
    });
  });

  it('reads logs as their readers do, and says what became of each run', async () => {
    const { logs, report } = await readEvaluations(HARNESS, { filter: OF_BOTH.filter });
    const own = await readHarnessLogs(HARNESS, { filter: OF_BOTH.filter });
    expect(report).toEqual(own.report);
    expect(logs).toEqual([own.report]);
    const { filter: _, ...ofInspect } = OF_BOTH;
    const inspect = await readEvaluations(INSPECT, { ...ofInspect, category: 'group' });
    expect(inspect.sources).toMatchObject([{ format: 'inspect' }]);
    expect(inspect.logs[0]?.runs.length).toBeGreaterThan(1);
  });

  it('gives a file of samples the model that it has in its folder', async () => {
    const [{ runs = [] } = {}] = (await readEvaluations(HARNESS, { filter: OF_BOTH.filter })).logs;
    const inFolder = runs.find(({ file }) => file === GSM8K)?.model;
    expect(inFolder).toBe('tiny-org/tiny-7b');
    for (const paths of [GSM8K, [GSM8K]]) {
      const { models } = await readEvaluations(paths, { filter: 'strict-match' });
      expect(models.map(({ name }) => name)).toEqual([inFolder]);
    }
  });

  it('reads several logs as runs of which the newest stands', async () => {
    const older = join(root, 'samples_t_2024-01-01T00-00-00.jsonl');
    const newer = join(root, 'samples_t_2024-01-02T00-00-00.jsonl');
    const sample = (acc: number): string =>
      `${JSON.stringify({ doc_id: 0, doc: { question: 'Why?' }, acc })}\n`;
    await writeFile(older, sample(0));
    await writeFile(newer, sample(1));
    const read = await readEvaluations([older, newer], { modelName: { '*': 'm' } });
    expect(read.correctness.get(0, 0)).toBe(1);
    expect(read.logs[0]?.runs.map(({ supersededBy }) => supersededBy)).toEqual([undefined, newer]);
  });

  it('reads tables of any columns together with those of EmbedLLM', async () => {
    const own = await write('own.csv', OWN);
    const { models, tables, imports } = await readEvaluations([own, await write('ours.csv', OURS)]);
    expect(models.map(({ name }) => name)).toEqual(['oak', 'maple']);
    expect(tables.map(({ file }) => file)).toEqual([own, join(root, 'ours.csv')]);
    expect(imports).toEqual([]);
  });
});

describe('several kinds', () => {
  it('brings them together through a store, with a report', async () => {
    const own = await write('mixed.csv', OWN);
    const both = await readEvaluations([HARNESS, INSPECT, own], OF_BOTH);
    expect(both.sources.map(({ format }) => format)).toEqual(['harness', 'inspect', 'table']);
    expect(both.imports.map(({ format }) => format)).toEqual(['harness', 'inspect', 'table']);
    expect(both.logs).toHaveLength(2);
    expect(both.tables).toHaveLength(1);
    expect(both.report.labels).toBe(
      both.imports.reduce((sum, { responses }) => sum + responses, 0),
    );
  });

  it('imports them into a store, where the same comes in once', async () => {
    const store = await openEvaluationStore(join(root, 'pool.duckdb'));
    const paths = [HARNESS, await write('into-store.csv', OURS)];
    const options = { filter: OF_BOTH.filter, category: 'group' as const };
    const first = await importEvaluations(store, paths, options);
    expect(first.imports.map(({ format }) => format)).toEqual(['harness', 'embedllm']);
    const again = await importEvaluations(store, paths, options);
    expect(again.imports.map(({ skipped }) => skipped)).toEqual([true, true]);
    store.close();
  });
});

describe('archives', () => {
  it('are read as the folder in them, and leave nothing behind', async () => {
    const names = ['logs', 'logs/tiny'];
    for (const name of names) await mkdir(join(root, name), { recursive: true });
    const folder = join(HARNESS, 'tiny-org__tiny-7b');
    await cp(folder, join(root, 'logs/tiny'), { recursive: true });
    const entries = await Promise.all(
      (await readdir(folder)).map(async (name) => ({
        name: `logs/tiny/${name}`,
        content: await readFile(join(folder, name)),
      })),
    );
    const junk = { name: '__MACOSX/logs/tiny/._samples_x.jsonl', content: Buffer.from('x') };
    const path = await write('logs.zip', zipBytes([...entries, junk]));
    const phases = new Set<string>();
    const options = {
      filter: OF_BOTH.filter,
      onProgress: ({ phase }: { phase: string }): void => void phases.add(phase),
    };
    const before = await readdir(tmpdir());
    const { report } = await readEvaluations(path, options);
    expect(report.labels).toBe((await readEvaluations(join(root, 'logs'), options)).report.labels);
    expect([...phases]).toEqual(['unpack', 'read']);
    const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(left.filter((name) => name.startsWith('embedllm-sources-'))).toEqual([]);
  });

  it('name their files by themselves, in reports, messages, progress and stores', async () => {
    const entries = [
      { name: 'logs/samples_t.jsonl', content: Buffer.from('{"doc_id": 0}') },
      { name: 'logs/results.json', content: Buffer.from('{"model_name":"m"}') },
    ];
    const bad = await write('bad.zip', zipBytes(entries));
    await expect(readEvaluations(bad)).rejects.toMatchObject({
      message: expect.stringMatching(/bad\.zip\/logs\/samples_t\.jsonl, row 1, field doc: must/),
      location: { file: join(bad, 'logs/samples_t.jsonl') },
    });
    const ours = await write(
      'ours.zip',
      zipBytes([{ name: 'responses.csv', content: Buffer.from(OURS) }]),
    );
    const seen = new Set<string | undefined>();
    const onProgress = ({ detail }: Progress): void => void seen.add(detail);
    const { report, sources } = await readEvaluations(ours, { onProgress });
    expect(report.files).toMatchObject([{ file: join(ours, 'responses.csv') }]);
    expect(sources).toMatchObject([{ path: ours }]);
    expect([...seen].filter((detail) => detail?.startsWith(tmpdir()))).toEqual(
      [...seen].filter((detail) => detail?.startsWith(root)),
    );
    const store = await openEvaluationStore(join(root, 'archives.duckdb'));
    const { imports } = await importEvaluations(store, ours);
    expect(imports).toMatchObject([{ name: join(ours, 'responses.csv'), skipped: false }]);
    expect(await store.sources()).toMatchObject([{ name: join(ours, 'responses.csv') }]);
    store.close();
  });
});

describe('names in options that match nothing', () => {
  it('are in the report, with the names that there are', async () => {
    const { unmatched } = await readEvaluations(HARNESS, {
      filter: { '*': ['strict-match', 'none', 'strict'], 'gsm8k*': ['strict-match'] },
      metric: { hellaswag: 'acc' },
      categories: { nosuch: 'x' },
      skipTasks: ['nosuch'],
      skipFiles: ['nosuch.jsonl'],
      modelName: { 'nosuch/*': 'm' },
    });
    expect(unmatched.map(({ option, name }) => [option, name])).toEqual([
      ['skipTasks', 'nosuch'],
      ['categories', 'nosuch'],
      ['metric', 'hellaswag'],
      ['skipFiles', 'nosuch.jsonl'],
      ['modelName', 'nosuch/*'],
      ['filter', 'strict'],
    ]);
    const known = new Map(unmatched.map((each) => [each.option, each.known]));
    expect(known.get('metric')).toContain('gsm8k');
    expect(known.get('skipTasks')).toContain('mmlu');
    expect(known.get('filter')).toContain('strict-match');
  });

  it('are reported only if they match in none of several sources', async () => {
    const options = { ...OF_BOTH, skipTasks: ['gsm8k', 'nosuch'] };
    const { unmatched } = await readEvaluations([HARNESS, INSPECT], options);
    expect(unmatched.map(({ name }) => name)).toEqual(['nosuch']);
  });
});

describe('what is refused', () => {
  it.each([
    ['a table', { filter: 'none' }, /filter applies only to lm-evaluation-harness logs/],
    ['a table', { categories: { t: 'x' } }, /categories applies only to .*logs.*, and none/],
    ['logs', { scorer: 'match' }, /scorer applies only to Inspect logs/],
    [
      'logs',
      { questionColumn: 'id' },
      /questionColumn applies only to custom tables.*format: 'table'/,
    ],
  ])('%s with an option that would be ignored', async (what, options, message) => {
    const path = what === 'logs' ? HARNESS : await write('table.csv', OWN);
    await expect(readEvaluations(path, options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    });
  });

  it('a folder and a file of which nothing is known, with what to do', async () => {
    await mkdir(join(root, 'notes'));
    await writeFile(join(root, 'notes/scores.csv'), OWN);
    await expect(readEvaluations(join(root, 'notes'))).rejects.toThrow(
      /has no responses.* It contains scores.csv\. To read custom tables, name the files/,
    );
    await expect(readEvaluations(await write('scores.xlsx', 'PK'))).rejects.toThrow(
      /scores\.xlsx: is a spreadsheet\. Export the sheet as CSV/,
    );
    await expect(readEvaluations(await write('q.foo', 'x'))).rejects.toThrow(
      /Use the option format/,
    );
  });

  it('nothing after an abort', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readEvaluations(HARNESS, { signal })).rejects.toThrow('enough');
  });
});
