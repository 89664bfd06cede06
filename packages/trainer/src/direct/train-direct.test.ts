import { CorrectnessMatrix, evaluatePredictions, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import type { DirectProgress } from './direct-settings.js';
import type { LabelledSet } from './labelled-set.js';
import { randomProblem } from './random-problem.fixture.js';
import { createLocalShard, type ShardGradient } from './shard.js';
import { trainDirect } from './train-direct.js';

const engine = createTypeScriptEngine();
const sizes = { models: 6, dimensions: 5 };
const train = randomProblem({ seed: 1, questions: 300, ...sizes });
const validation = randomProblem({ seed: 2, questions: 100, ...sizes });
const test = randomProblem({ seed: 3, questions: 300, ...sizes });

function asSparse(correctness: CorrectnessMatrix): CorrectnessMatrix {
  const questions: number[] = [];
  const models: number[] = [];
  const labels: number[] = [];
  correctness.forEachLabel((question, model, label) => {
    questions.push(question);
    models.push(model);
    labels.push(label);
  });
  return new CorrectnessMatrix({
    questions: correctness.questions,
    models: correctness.models,
    labels: {
      questions: Uint32Array.from(questions),
      models: Uint32Array.from(models),
      labels: Uint8Array.from(labels),
    },
  });
}

describe('trainDirect', () => {
  it('learns what there is to learn, on questions that it has not seen', async () => {
    const { model, chosen, path, record } = await trainDirect({ train, validation, engine });
    const metrics = evaluatePredictions(
      model.predictProbabilities(test.embeddings),
      test.correctness,
    );
    expect(metrics.auroc).toBeGreaterThan(0.85);
    expect(path).toContainEqual({
      ...chosen,
      iterations: expect.any(Number),
      validationLogLoss: expect.any(Number),
    });
    const best = Math.min(...path.map((point) => point.validationLogLoss!));
    expect(chosen.validationLogLoss).toBeCloseTo(best, 3);
    expect(record).toMatchObject({
      solver: 'direct',
      settings: { ridge: chosen.ridge, pooling: chosen.pooling, rank: chosen.rank },
      counts: { questions: 300, models: 6, labels: train.correctness.countObserved() },
    });
    expect(record.dataFingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same bits twice', async () => {
    const [first, second] = [
      await trainDirect({ train, validation, engine }),
      await trainDirect({ train, validation, engine }),
    ];
    expect(first.model.score(test.embeddings)).toEqual(second.model.score(test.embeddings));
    expect(first.record).toEqual(second.record);
  });

  it('trains on sparse labels as on a table of them, in tiles of any size', async () => {
    const few = { ...sizes, missing: 0.97 };
    const table = randomProblem({ seed: 4, questions: 1500, ...few });
    const sparse = { ...table, correctness: asSparse(table.correctness) };
    expect(sparse.correctness.storage).toBe('sparse');
    const [onTable, onSparse] = await Promise.all(
      [table, sparse].map((set) => trainDirect({ train: set, validation, engine })),
    );
    expect(onSparse!.record).toEqual(onTable!.record);
    expect(onSparse!.model.score(test.embeddings)).toEqual(onTable!.model.score(test.embeddings));
    const parameters = {
      weights: test.embeddings.selectRows([0, 1, 2, 3, 4, 5]),
      bias: new Float32Array(6),
    };
    const gradient = (set: LabelledSet, tileRows: number): Promise<ShardGradient> =>
      createLocalShard({ ...set, engine, tileRows }).gradient(parameters);
    const whole = await gradient(table, 1500);
    const tiled = await gradient(sparse, 7);
    expect(tiled.loss).toBeCloseTo(whole.loss, 3);
    tiled.weights.forEach((value, index) => {
      expect(value).toBeCloseTo(whole.weights[index]!, 3);
    });
  });

  it('trains on shards that are kept elsewhere as on the whole', async () => {
    const { models } = train.correctness;
    const shards = [
      [0, 120],
      [120, 300],
    ].map(([start, end]) => {
      const rows = Array.from({ length: end! - start! }, (_, offset) => start! + offset);
      return createLocalShard({
        embeddings: train.embeddings.selectRows(rows),
        correctness: train.correctness.selectQuestions(rows),
        engine,
      });
    });
    const options = {
      validation,
      engine,
      ridges: [1],
      poolings: [0.5],
      ranks: [3],
      tolerance: 1e-7,
    };
    const whole = await trainDirect({ train, ...options });
    const parts = await trainDirect({
      train: { models, shards, fingerprint: 'two parts' },
      ...options,
    });
    const expected = whole.model.score(test.embeddings).data;
    const actual = parts.model.score(test.embeddings).data;
    expect(Math.max(...actual.map((z, index) => Math.abs(z - expected[index]!)))).toBeLessThan(
      1e-4,
    );
    expect(parts.record).toEqual({ ...whole.record, dataFingerprint: 'two parts' });
    const misfit = { models: models.slice(1), shards, fingerprint: 'misfit' };
    await expect(trainDirect({ train: misfit, engine })).rejects.toThrow(
      /Shard 0 has 5 dimensions/,
    );
    const none = { models, shards: [], fingerprint: 'none' };
    await expect(trainDirect({ train: none, engine })).rejects.toThrow(/no shards/);
  });

  it('trains one setting without validation', async () => {
    const { chosen, path } = await trainDirect({ train, engine, ridges: [2], ranks: [3] });
    expect(chosen).toMatchObject({ ridge: 2, pooling: 0.5, rank: 3, converged: true });
    expect(path).toHaveLength(1);
  });

  it('reports progress and stops when aborted', async () => {
    const seen: DirectProgress[] = [];
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = trainDirect({
      train,
      validation,
      engine,
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.done === 1) controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(seen[0]).toMatchObject({ iteration: 1, ridge: 30, pooling: 0, done: 0, total: 24 });
    expect(seen.at(-1)).toMatchObject({ done: 1 });
  });

  it('notices changed labels in the fingerprint', async () => {
    const labels = train.correctness.labels.slice();
    labels[labels.indexOf(1)] = 0;
    const changed = {
      ...train,
      correctness: new CorrectnessMatrix({ ...train.correctness, labels }),
    };
    const options = { engine, ridges: [1] };
    const [first, second] = [
      await trainDirect({ train, ...options }),
      await trainDirect({ train: changed, ...options }),
    ];
    expect(first.record.dataFingerprint).not.toBe(second.record.dataFingerprint);
  });

  it('takes ridges in units that it is given, and says which in the record', async () => {
    const [one, two] = [
      await trainDirect({ train, engine, ridges: [1], ridgeUnit: 3 }),
      await trainDirect({ train, engine, ridges: [0.5], ridgeUnit: 6 }),
    ];
    expect(two.model.score(test.embeddings)).toEqual(one.model.score(test.embeddings));
    expect(one.record.settings).toMatchObject({ ridge: 1, ridgeUnit: 3 });
    const { record } = await trainDirect({ train, engine, ridges: [1] });
    expect(record.settings).not.toHaveProperty('ridgeUnit');
  });

  it.each<[string, Partial<Parameters<typeof trainDirect>[0]>, RegExp]>([
    [
      'lists for matrices, as callers without types may pass',
      { train: JSON.parse('{ "embeddings": [[1], [2]], "correctness": [[1], [0]] }') },
      /The training set must have embeddings, a Matrix/,
    ],
    [
      'a ridge of zero',
      { ridges: [1, 0] },
      /`ridges` must be a list of one or more numbers above 0, but is \[1, 0\]/,
    ],
    ['a unit of zero', { ridgeUnit: 0 }, /`ridgeUnit` must be a number above 0, but is 0/],
    [
      'no ridge',
      { ridges: [] },
      /`ridges` must be a list of one or more numbers above 0, but is \[\]/,
    ],
    [
      'a NaN ridge',
      { ridges: [Number.NaN] },
      /`ridges` must be a list of one or more numbers above 0, but is \[NaN\]/,
    ],
    [
      'too much pooling',
      { poolings: [1.5] },
      /`poolings` must be a list of one or more numbers from 0 to 1, but is \[1.5\]/,
    ],
    ['half a rank', { ranks: [0.5] }, /`ranks` must be a list of one or more integers/],
    ['a tolerance of zero', { tolerance: 0 }, /`tolerance` must be a number above 0/],
    ['no tile row', { tileRows: 0 }, /`tileRows` must be/],
    [
      'choices without validation',
      { validation: undefined, ridges: [1, 2] },
      /needs a validation set/,
    ],
    [
      'validation of other models',
      { validation: withNames(validation) },
      /not have the models of the training set/,
    ],
    [
      'other dimensions',
      { validation: randomProblem({ seed: 1, questions: 9, models: 6, dimensions: 4 }) },
      /4 dimensions, but the training set has 5/,
    ],
    [
      'too few embeddings',
      { train: { ...train, embeddings: train.embeddings.selectRows([0]) } },
      /1 embeddings for 300 questions/,
    ],
    [
      'a model without a label',
      { train: withoutLabelsOf(train, 4) },
      /model "m4" has no labels for training/,
    ],
    [
      'a NaN embedding',
      { train: withNaN(train) },
      /training embeddings have NaN at row 7, column 2/,
    ],
  ])('refuses %s', async (_, options, message) => {
    await expect(trainDirect({ train, validation, engine, ...options })).rejects.toThrow(message);
  });
});

function withNames(set: LabelledSet): LabelledSet {
  const { questions, labels, models } = set.correctness;
  const renamed = models.map((name) => `other ${name}`);
  return { ...set, correctness: new CorrectnessMatrix({ questions, labels, models: renamed }) };
}

function withoutLabelsOf(set: LabelledSet, model: number): LabelledSet {
  const labels = set.correctness.labels.map((label, index) =>
    index % set.correctness.modelCount === model ? MISSING : label,
  );
  return { ...set, correctness: new CorrectnessMatrix({ ...set.correctness, labels }) };
}

function withNaN(set: LabelledSet): LabelledSet {
  const embeddings = set.embeddings.selectRows(
    Array.from({ length: set.embeddings.rows }, (_, row) => row),
  );
  embeddings.row(7)[2] = Number.NaN;
  return { ...set, embeddings };
}
