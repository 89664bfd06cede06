import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CorrectnessMatrix,
  type EvaluationDataset,
  Matrix,
  type ModelInfo,
  writeNpy,
} from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvaluationFolder, writeEmbedLLM } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();

const nastyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', '\ufeff', ' ', '\t', "'", '\\', '\u2028'),
      fc.constantFrom('🦙', '👩‍🔬', 'é', 'e\u0301', '答', 'NaN', '1', '=1+1', '__proto__'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));
const nastyName = nastyText.filter((text) => text !== '');

const model: fc.Arbitrary<ModelInfo> = fc.record(
  {
    name: nastyName,
    family: nastyName,
    parametersBillion: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs),
    pricePerMillionOutputTokens: fc.integer({ min: 0 }),
    pricePerMillionInputTokens: fc.double({ min: 0, max: 1e3, noNaN: true }).map(Math.abs),
    meanOutputTokens: fc.integer({ min: 0 }),
    contextLength: fc.integer({ min: 0 }),
    latencyMs: fc.integer({ min: 0 }),
    capabilities: fc.array(nastyName, { maxLength: 3 }),
    regions: fc.array(nastyName, { maxLength: 3 }),
    metadata: fc.dictionary(
      nastyText.filter((key) => key !== '__proto__'),
      fc.oneof(nastyText, fc.integer(), fc.boolean(), fc.constant(null)),
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: ['name'], noNullPrototype: true },
);

const dataset: fc.Arbitrary<EvaluationDataset> = fc
  .record({
    questions: fc.uniqueArray(
      fc.record(
        { id: nastyName, prompt: nastyText, category: nastyName },
        { noNullPrototype: true },
      ),
      { minLength: 1, maxLength: 6, selector: ({ id }) => id },
    ),
    models: fc.uniqueArray(model, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
  })
  .chain(({ questions, models }) =>
    fc
      .array(fc.constantFrom(0, 1, 255), {
        minLength: questions.length * models.length,
        maxLength: questions.length * models.length,
      })
      .filter((labels) => labels.some((label) => label !== 255))
      .map((labels) => ({
        questions,
        models,
        correctness: new CorrectnessMatrix({
          questions: questions.map(({ id }) => id),
          models: models.map(({ name }) => name),
          labels: Uint8Array.from(labels),
        }),
      })),
  );

const small: EvaluationDataset = {
  questions: [
    { id: 'q1', prompt: 'One?', category: 'math' },
    { id: 'q2', prompt: 'Two?', category: 'math' },
    { id: 'q3', prompt: 'Three?', category: 'law' },
  ],
  models: [{ name: 'alpha' }, { name: 'beta', family: 'b' }],
  correctness: new CorrectnessMatrix({
    questions: ['q1', 'q2', 'q3'],
    models: ['alpha', 'beta'],
    labels: Uint8Array.of(1, 0, 255, 1, 0, 0),
  }),
};
const split = { train: [0], validation: [2], test: [1] };

describe('what is written reads back as the same', () => {
  it('for any texts, labels and models, plain and compressed', async () => {
    await fc.assert(
      fc.asyncProperty(dataset, fc.boolean(), async (written, gzip) => {
        const directory = await mkdtemp(join(root, 'any-'));
        await writeEmbedLLM(directory, written, { gzip });
        const read = await readEvaluationFolder(directory);
        expect(read.questions).toStrictEqual(written.questions);
        expect(read.models).toStrictEqual(written.models);
        expect(read.correctness).toStrictEqual(written.correctness);
        expect(read.split).toBeUndefined();
        expect(read.embeddings).toBeUndefined();
        expect(read.report.duplicates).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  it('with its split and embeddings', async () => {
    const directory = join(root, 'whole', 'nested');
    const embeddings = Matrix.fromRows([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const paths = await writeEmbedLLM(directory, small, { gzip: true, split, embeddings });
    const names = ['questions.csv.gz', 'models.csv.gz', 'responses.csv.gz', 'splits.csv.gz'];
    expect(paths).toEqual([...names, 'embeddings.npy'].map((name) => join(directory, name)));
    expect((await readdir(directory)).sort()).toEqual([...names, 'embeddings.npy'].sort());
    const read = await readEvaluationFolder(directory);
    expect(read.split).toEqual(split);
    expect(read.embeddings).toEqual(embeddings);
    expect(read.models).toEqual(small.models);
  });

  it('in the tables that EmbedLLM uses', async () => {
    const directory = await mkdtemp(join(root, 'text-'));
    await writeEmbedLLM(directory, small);
    expect(await readFile(join(directory, 'responses.csv'), 'utf8')).toBe(
      'prompt_id,model_id,category,label,model_name\nq1,0,math,1,alpha\nq1,1,math,0,beta\nq2,1,math,1,beta\nq3,0,law,0,alpha\nq3,1,law,0,beta\n',
    );
  });
});

describe('parts of a split as train.csv, val.csv and test.csv', () => {
  it('give the split, in the order of questions.csv', async () => {
    const directory = await mkdtemp(join(root, 'parts-'));
    const header = 'prompt_id,model_id,category,label,prompt,model_name\n';
    await writeFile(join(directory, 'train.csv'), `${header}2,0,m,1,Two?,a\n0,0,m,1,Zero?,a\n`);
    await writeFile(join(directory, 'test.csv'), `${header}1,0,m,1,One?,a\n`);
    const folder = await readEvaluationFolder(directory);
    expect(folder.questions.map(({ id }) => id)).toEqual(['0', '1', '2']);
    expect(folder.split).toEqual({ train: [0, 2], validation: [], test: [1] });
    await writeFile(
      join(directory, 'questions.csv'),
      'prompt_id,category,prompt\n1,m,One?\n2,m,Two?\n5,m,Five?\n0,m,Zero?\n',
    );
    expect((await readEvaluationFolder(directory)).split).toEqual({
      train: [1, 3],
      validation: [],
      test: [0],
    });
  });

  it('may have the embeddings of the published data next to them, by the ids of the questions', async () => {
    const directory = await mkdtemp(join(root, 'published-'));
    const header = 'prompt_id,model_id,category,label,prompt,model_name\n';
    await writeFile(join(directory, 'train.csv'), `${header}2,0,m,1,Two?,a\n0,0,m,1,Zero?,a\n`);
    const file = join(directory, 'question_embeddings.pth');
    // 0, 1/8, ... 11/8 as [3, 4], as PyTorch saved it.
    const golden = new URL('../../trainer/test/golden/', import.meta.url);
    await copyFile(new URL('double.pth', golden), file);
    const { embeddings } = await readEvaluationFolder(directory);
    expect(embeddings).toEqual(
      Matrix.fromRows([
        [0, 0.125, 0.25, 0.375],
        [1, 1.125, 1.25, 1.375],
      ]),
    );

    await copyFile(new URL('state-dict.pth', golden), file);
    const other = readEvaluationFolder(directory);
    await expect(other).rejects.toMatchObject({ code: 'invalid-data', location: { file } });
    await copyFile(new URL('slice.pth', golden), file);
    await expect(readEvaluationFolder(directory)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/has 2 rows, but none for the question "2"/),
      location: { file },
    });
    await writeFile(join(directory, 'val.csv'), `${header}1e0,0,m,1,One?,a\n`);
    await copyFile(new URL('double.pth', golden), file);
    await expect(readEvaluationFolder(directory)).rejects.toThrow(/none for the question "1e0"/);
    await writeFile(join(directory, 'embeddings.npy'), writeNpy(Matrix.fromRows([[7], [8], [9]])));
    const both = await readEvaluationFolder(directory);
    expect(both.embeddings?.row(2)[0]).toBe(9);
  });

  it('give way to splits.csv, and may then share questions', async () => {
    const directory = await mkdtemp(join(root, 'parts-'));
    const header = 'prompt_id,model_id,category,label,prompt,model_name\n';
    await writeFile(join(directory, 'train.csv'), `${header}0,0,m,1,Zero?,a\n`);
    await writeFile(join(directory, 'test.csv'), `${header}0,1,m,0,Zero?,b\n`);
    await writeFile(join(directory, 'splits.csv'), 'prompt_id,split\n0,test\n');
    const folder = await readEvaluationFolder(directory);
    expect(folder.split).toEqual({ train: [], validation: [], test: [0] });
  });
});

describe('embeddings for another number of questions', () => {
  it('are refused', async () => {
    const directory = await mkdtemp(join(root, 'rows-'));
    await writeEmbedLLM(directory, small, { embeddings: new Matrix(3, 2) });
    await writeFile(
      join(directory, 'questions.csv'),
      'prompt_id,category,prompt\nq1,math,One?\nq2,math,Two?\nq3,law,Three?\nq4,law,Four?\n',
    );
    await expect(readEvaluationFolder(directory)).rejects.toThrow(
      /embeddings\.npy: has 3 rows for 4 questions/,
    );
  });
});

describe('a write that fails', () => {
  const labels = Uint8Array.of(255);
  const of = (question: object, info: object, label = labels): EvaluationDataset => {
    const questions = [{ id: 'q', prompt: 'p', category: 'c', ...question }];
    const models = [{ name: 'm', ...info }];
    const correctness = new CorrectnessMatrix({
      questions: questions.map(({ id }) => id),
      models: models.map(({ name }) => name),
      labels: label,
    });
    return { questions, models, correctness };
  };
  const one = Uint8Array.of(1);

  it.each([
    { what: 'no label', dataset: of({}, {}) },
    { what: 'an empty id', dataset: of({ id: '' }, {}, one) },
    { what: 'an empty category', dataset: of({ category: '' }, {}, one) },
    { what: 'an empty family', dataset: of({}, { family: '' }, one) },
    { what: 'a NUL character', dataset: of({ prompt: 'a\0b' }, {}, one) },
    { what: 'half a surrogate pair', dataset: of({ prompt: 'a\ud83d' }, {}, one) },
    {
      what: 'a price that is not a number',
      dataset: of({}, { pricePerMillionOutputTokens: Number.NaN }, one),
    },
    { what: 'an empty capability', dataset: of({}, { capabilities: [''] }, one) },
    { what: 'an infinite latency', dataset: of({}, { latencyMs: Number.POSITIVE_INFINITY }, one) },
    { what: 'a negative size', dataset: of({}, { parametersBillion: -1 }, one) },
    { what: 'metadata with a Date', dataset: of({}, { metadata: { at: new Date(0) } }, one) },
    { what: 'metadata with NaN', dataset: of({}, { metadata: { x: Number.NaN } }, one) },
    { what: 'metadata with a bigint', dataset: of({}, { metadata: { x: 1n } }, one) },
    { what: 'questions that are not those of the matrix', dataset: { ...small, questions: [] } },
    {
      what: 'an incomplete split',
      dataset: small,
      split: { train: [0], validation: [], test: [1] },
    },
    {
      what: 'a split that overlaps',
      dataset: small,
      split: { train: [0, 1], validation: [2], test: [1] },
    },
    { what: 'embeddings of another length', dataset: small, embeddings: new Matrix(2, 2) },
  ])('for $what leaves nothing behind', async ({ what: _, dataset, ...options }) => {
    const directory = await mkdtemp(join(root, 'refused-'));
    await expect(writeEmbedLLM(directory, dataset, options)).rejects.toHaveProperty(
      'code',
      expect.stringMatching(/invalid-argument|shape-mismatch/),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('midway leaves the old tables as they were', async () => {
    const directory = await mkdtemp(join(root, 'abort-'));
    await writeEmbedLLM(directory, small);
    const before = await readFile(join(directory, 'questions.csv'), 'utf8');
    const other = of({ id: 'other' }, {}, one);
    for (const table of ['models.csv', 'responses.csv']) {
      const controller = new AbortController();
      const writing = writeEmbedLLM(directory, other, {
        signal: controller.signal,
        onProgress({ detail }) {
          if (detail === table) controller.abort('stop');
        },
      });
      await expect(writing).rejects.toBe('stop');
    }
    expect(await readFile(join(directory, 'questions.csv'), 'utf8')).toBe(before);
    expect((await readdir(directory)).sort()).toEqual([
      'models.csv',
      'questions.csv',
      'responses.csv',
    ]);
  });

  it('refuses a directory whose other tables would be read with the new ones', async () => {
    const directory = await mkdtemp(join(root, 'others-'));
    await writeEmbedLLM(directory, small, { split });
    await expect(writeEmbedLLM(directory, small)).rejects.toThrow(/splits\.csv/);
    await expect(writeEmbedLLM(directory, small, { split, gzip: true })).rejects.toThrow(
      /questions\.csv, responses\.csv/,
    );
  });

  it('says so when the directory cannot be made', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    await expect(writeEmbedLLM(join(file, 'inside'), small)).rejects.toHaveProperty('code', 'io');
    const blocked = await mkdtemp(join(root, 'blocked-'));
    await mkdir(join(blocked, 'models.csv'));
    await expect(writeEmbedLLM(blocked, small)).rejects.toHaveProperty('code', 'io');
    expect(await readdir(blocked)).toEqual(['models.csv']);
  });
});
