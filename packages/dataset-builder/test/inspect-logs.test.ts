import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DataError, type Progress } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type InspectDataset, type ReadInspectLogsOptions, readInspectLogs } from '../src/index.js';
import { zipBytes } from './archive-bytes.js';
import { temporaryDirectory } from './temporary-directory.js';

const pool = fileURLToPath(new URL('fixtures/inspect/pool', import.meta.url));
const CAPITALS = '2025-07-05T09-59-40+00-00_capitals_hj8C8q8gxzHhwyCT67xh4L.json';
const root = temporaryDirectory();

/** Labels by model and question, as text: 1, 0 or - for none. */
function table({ questions, models, correctness }: InspectDataset): Record<string, string> {
  return Object.fromEntries(
    models.map(({ name }, model) => [
      name,
      questions
        .map(({ id }, question) => `${id} ${correctness.get(question, model) ?? '-'}`)
        .join(', '),
    ]),
  );
}

/** A whole log with the given samples. */
function logOf(samples: readonly object[], changes: { spec?: object; log?: object } = {}): string {
  return JSON.stringify({
    version: 2,
    status: 'success',
    eval: {
      created: '2025-07-05T09:59:40+00:00',
      task: 't',
      dataset: {},
      model: 'm',
      config: {},
      ...changes.spec,
    },
    samples,
    ...changes.log,
  });
}

function sampleOf(id: number | string, value: unknown, more: object = {}): object {
  return { id, epoch: 1, input: `Question ${id}?`, target: 'x', scores: { s: { value } }, ...more };
}

let files = 0;
async function read(
  log: string | Uint8Array,
  options: ReadInspectLogsOptions = {},
  ending = 'json',
): Promise<InspectDataset> {
  const file = join(root, `log-${files++}.${ending}`);
  await writeFile(file, log);
  return readInspectLogs([file], options);
}

describe('readInspectLogs', () => {
  it('reads a folder of logs into the labels that were written by hand', async () => {
    const dataset = await readInspectLogs(pool, {
      scorer: ['match', 'choice'],
      threshold: 0.5,
    });
    expect(table(dataset)).toEqual({
      'openai/tiny-1':
        'capitals/1 1, capitals/2 0, capitals/3 0, capitals/4 -, arithmetic/add -, arithmetic/mul -',
      'other/chat-2':
        'capitals/1 1, capitals/2 1, capitals/3 -, capitals/4 0, arithmetic/add 1, arithmetic/mul 0',
    });
    expect(dataset.questions[0]).toEqual({
      id: 'capitals/1',
      category: 'capitals',
      prompt: 'Which is the capital of France?\nA. Lyon\nB. Paris',
    });
    expect(dataset.questions.at(-1)?.prompt).toBe('6 * 7');
    expect(dataset.report).toMatchObject({ labels: 8, rows: 14, skipped: [], disagreements: [] });
    expect(dataset.report.runs).toMatchObject([
      {
        task: 'capitals',
        taskVersion: '1',
        dataset: 'capitals-of-the-world',
        model: 'openai/tiny-1',
        created: '2025-07-05T09:59:40.000Z',
        status: 'success',
        scorer: 'choice',
        samples: 5,
        labels: 3,
        failed: 1,
        unscored: 1,
        invalidated: 0,
      },
      { task: 'capitals', model: 'other/chat-2', created: '2025-07-06T08:00:00.000Z', labels: 3 },
      { task: 'arithmetic', scorer: 'match', epochs: 3, samples: 6, labels: 2 },
    ]);
  });

  it('reads an .eval archive as the same log in JSON', async () => {
    const text = await readFile(join(pool, CAPITALS), 'utf8');
    const { samples, ...header } = JSON.parse(text) as { samples: { id: number }[] };
    const archive = join(root, '2025-07-05T09-59-40+00-00_capitals_x.eval');
    await writeFile(
      archive,
      zipBytes([
        { name: '_journal/start.json', content: '{}' },
        ...samples.map((sample) => ({
          name: `samples/${sample.id}_epoch_1.json`,
          content: JSON.stringify(sample),
        })),
        { name: 'summaries.json', content: '[]' },
        { name: 'header.json', content: JSON.stringify(header) },
      ]),
    );
    const fromArchive = await readInspectLogs(archive);
    const fromJson = await readInspectLogs([join(pool, CAPITALS)]);
    expect(table(fromArchive)).toEqual(table(fromJson));
    expect(fromArchive.questions).toEqual(fromJson.questions);
    expect(fromArchive.report.runs[0]).toMatchObject({ labels: 3, failed: 1, unscored: 1 });
  });

  it('reads an .eval archive whose entries are compressed with Zstandard, as Inspect writes them', async () => {
    const packed = fileURLToPath(new URL('fixtures/zstandard/capitals.eval', import.meta.url));
    const fromArchive = await readInspectLogs([packed]);
    const fromJson = await readInspectLogs([join(pool, CAPITALS)]);
    expect(table(fromArchive)).toEqual(table(fromJson));
    expect(fromArchive.questions).toEqual(fromJson.questions);
    expect(fromArchive.report.runs[0]).toMatchObject({ labels: 3, failed: 1, unscored: 1 });
  });

  it('reads gzip, and a log whose chunks end anywhere', async () => {
    const samples = Array.from({ length: 3000 }, (_, index) =>
      sampleOf(index, index % 3 ? 'C' : 'I', {
        input: `Ünïcode "${index}" \\ [{]} ${'é'.repeat(index % 300)}`,
      }),
    );
    const { correctness, questions } = await read(gzipSync(logOf(samples)), {}, 'json.gz');
    expect(questions).toHaveLength(3000);
    expect(questions[2]?.prompt).toBe('Ünïcode "2" \\ [{]} éé');
    for (let index = 0; index < 3000; index++)
      expect(correctness.get(index, 0)).toBe(index % 3 ? 1 : 0);
  });

  it.each([
    ['C', 1],
    ['I', 0],
    ['N', 0],
    [true, 1],
    [false, 0],
    [1, 1],
    [0.0, 0],
    ['yes', 1],
    ['True', 1],
    ['no', 0],
    ['1', 1],
    ['0.0', 0],
  ])('reads the value %o as %i', async (value, label) => {
    const { correctness } = await read(logOf([sampleOf(1, value)]));
    expect(correctness.get(0, 0)).toBe(label);
  });

  it("reads Python's NaN as no score, wherever it stands", async () => {
    const log = logOf([sampleOf(1, 'NaN?'), sampleOf(2, 'C', { metadata: { margin: 'NaN?' } })]);
    const dataset = await read(log.replaceAll('"NaN?"', 'NaN'));
    expect(table(dataset)).toEqual({ m: 't/2 1' });
    expect(dataset.report.runs[0]).toMatchObject({ unscored: 1, labels: 1 });
  });

  it('takes graded scores by a threshold', async () => {
    const log = logOf([sampleOf(1, 'P'), sampleOf(2, 0.7), sampleOf(3, '0.2')]);
    const labels = async (threshold: number): Promise<string> =>
      [...(await read(log, { threshold })).correctness.labels].join('');
    expect(await labels(0.5)).toBe('110');
    expect(await labels(0.6)).toBe('010');
  });

  it.each([
    ['mean', 0.5, '100'],
    ['median', 0.5, '110'],
    ['mode', 0.5, '110'],
    ['max', 1, '101'],
    ['first', 1, '001'],
  ] as const)('reduces epochs by their %s', async (epochs, threshold, labels) => {
    // Means 0.6, 0.4 and 0.2; medians and modes 1, 0.5 and 0.
    const written = ['ICCCI', 'IPPPP', 'CIIII'].flatMap((text, id) =>
      [...text].map((value, index) => sampleOf(id, value, { epoch: index + 1 })),
    );
    // Backwards, so that the number of an epoch and not its place says which is the first.
    const { correctness } = await read(logOf(written.reverse()), { epochs, threshold });
    expect([...correctness.labels].reverse().join('')).toBe(labels);
  });

  it('needs a threshold where epochs differ, and none where they agree', async () => {
    const epochs = (values: string): object[] =>
      [...values].map((value, index) => sampleOf(1, value, { epoch: index + 1 }));
    expect((await read(logOf(epochs('CCC')))).correctness.get(0, 0)).toBe(1);
    await expect(read(logOf(epochs('CIC')))).rejects.toThrow(/0\.66\d+, over 3 epochs.*threshold/);
  });

  it('leaves epochs without a score out, and questions without any', async () => {
    const log = logOf([
      sampleOf(1, null),
      sampleOf(1, 'C', { epoch: 2 }),
      sampleOf(2, null),
      sampleOf(3, 'C', { invalidation: { author: 'me', timestamp: 'now' } }),
      sampleOf(4, 'C', { error: { message: 'late' } }),
    ]);
    const dataset = await read(log);
    expect(table(dataset)).toEqual({ m: 't/1 1, t/4 1' });
    expect(dataset.report.runs[0]).toMatchObject({ unscored: 2, invalidated: 1, failed: 0 });
  });

  it('takes a key of values that are objects', async () => {
    const file = join(pool, 'more', '2025-07-06T09-00-00+00-00_arithmetic_Zx2.json');
    const style = await readInspectLogs([file], {
      scorer: 'judge',
      value: 'style',
      threshold: 0.8,
    });
    expect(table(style)).toEqual({ 'other/chat-2': 'arithmetic/add 1, arithmetic/mul 0' });
    expect(style.report.runs[0]?.scorer).toBe('judge.style');
    const facts = await readInspectLogs([file], {
      scorer: () => 'judge',
      value: ['none', 'facts'],
    });
    expect(table(facts)).toEqual({ 'other/chat-2': 'arithmetic/add 1, arithmetic/mul 0' });
  });

  it('lets the newest of several runs stand, or fills in, or refuses', async () => {
    const older = join(root, 'older.json');
    const newer = join(root, 'newer.json');
    await writeFile(older, logOf([sampleOf(1, 'C'), sampleOf(2, 'C'), sampleOf(3, 'C')]));
    await writeFile(
      newer,
      logOf([sampleOf(1, 'I'), sampleOf(2, 'C')], {
        spec: { created: '2025-07-05T12:00:00+01:00' },
      }),
    );
    const read = (runs: ReadInspectLogsOptions['runs']): Promise<InspectDataset> =>
      readInspectLogs([older, newer], { runs });
    expect(table(await read('newest'))).toEqual({ m: 't/1 0, t/2 1' });
    expect(table(await read(undefined))).toEqual({ m: 't/1 0, t/2 1, t/3 1' });
    const merged = await read('merge');
    expect(table(merged)).toEqual({ m: 't/1 0, t/2 1, t/3 1' });
    expect(merged.report.disagreements).toEqual([
      { model: 'm', questionId: 't/1', label: 0, file: older, row: 1 },
    ]);
    expect(merged.report.runs).toMatchObject([
      { file: newer, labels: 2, supersededBy: undefined },
      { file: older, labels: 1, repeated: 1, disagreements: 1, supersededBy: newer },
    ]);
    await expect(read('refuse')).rejects.toThrow(/another run of m on t/);
    const named = await readInspectLogs([older, newer], {
      modelName: ({ file }) => file.slice(-10, -5),
    });
    expect(named.models.map(({ name }) => name)).toEqual(['older', 'newer']);
  });

  it('refuses, skips or reads logs of runs that did not end well', async () => {
    const good = join(root, 'good.json');
    const bad = join(root, 'bad.json');
    await writeFile(good, logOf([sampleOf(1, 'C')]));
    await writeFile(
      bad,
      logOf([sampleOf(1, 'I')], { spec: { model: 'b' }, log: { status: 'error' } }),
    );
    await expect(readInspectLogs([good, bad])).rejects.toThrow(
      /bad\.json, field status.*eval-retry/,
    );
    const skipped = await readInspectLogs([good, bad], { incomplete: 'skip' });
    expect(table(skipped)).toEqual({ m: 't/1 1' });
    expect(skipped.report.skipped).toMatchObject([
      { file: bad, reason: 'incomplete', model: 'b', detail: 'of a run with the status error' },
    ]);
    expect(table(await readInspectLogs([good, bad], { incomplete: 'take' }))).toEqual({
      m: 't/1 1',
      b: 't/1 0',
    });
    await expect(readInspectLogs([bad], { incomplete: 'skip' })).rejects.toThrow(
      /no log is left to read.*status error/,
    );
  });

  it('identifies questions by their content where ids are only positions', async () => {
    const one = join(root, 'one.json');
    const two = join(root, 'two.json');
    await writeFile(
      one,
      logOf([sampleOf(1, 'C', { input: 'a' }), sampleOf(2, 'I', { input: 'b' })]),
    );
    await writeFile(
      two,
      logOf([sampleOf(1, 'C', { input: 'b' }), sampleOf(2, 'I', { input: 'a' })], {
        spec: { model: 'n' },
      }),
    );
    await expect(readInspectLogs([one, two])).rejects.toThrow(
      /a different text.*questionId: 'content'/,
    );
    const { questions, correctness } = await readInspectLogs([one, two], { questionId: 'content' });
    expect(questions.map(({ prompt }) => prompt)).toEqual(['a', 'b']);
    expect([...correctness.labels]).toEqual([1, 0, 0, 1]);
  });

  it('takes categories from the dataset or a function', async () => {
    const options = { scorer: ['choice', 'match'], threshold: 0.5 };
    const categories = async (category: ReadInspectLogsOptions['category']): Promise<string[]> => {
      const { questions } = await readInspectLogs(pool, { ...options, category });
      return [...new Set(questions.map((question) => question.category))];
    };
    expect(await categories('dataset')).toEqual(['capitals-of-the-world', 'arithmetic']);
    expect(await categories(({ task }) => task.slice(0, 3))).toEqual(['cap', 'ari']);
  });

  it('reports progress, and stops on the signal', async () => {
    const progress: Progress[] = [];
    const options = { scorer: ['choice', 'match'], threshold: 0.5 };
    await readInspectLogs(pool, { ...options, onProgress: (p) => progress.push(p) });
    const last = progress.at(-1);
    expect(last?.done).toBe(last?.total);
    expect(last).toMatchObject({ phase: 'read', unit: 'bytes' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readInspectLogs(pool, { signal })).rejects.toThrow('enough');
  });

  it('takes a log that is listed whatever its name, and not other files of a folder', async () => {
    const file = join(root, 'anything.json');
    await copyFile(join(pool, CAPITALS), file);
    expect((await readInspectLogs([file])).questions).toHaveLength(3);
    await expect(readInspectLogs([join(root, 'x.csv')])).rejects.toBeInstanceOf(DataError);
  });
});
