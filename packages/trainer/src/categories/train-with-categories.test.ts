import { CorrectnessMatrix, logLoss, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { fingerprintTrainingData, trainDirect } from '../index.js';
import type { CategorizedSet } from './categorized-set.js';
import { chooseCategories } from './choose-categories.js';
import { fitCategoryIndicators } from './fit-category-indicators.js';
import { trainWithCategories } from './train-with-categories.js';

const engine = createTypeScriptEngine();

/**
 * Each of M models is good at one of three categories. Of the D dimensions of the text, the first
 * says a little of the category and the others nothing.
 */
function categorizedProblem(seed: number, Q: number, { M = 6, D = 4 } = {}): CategorizedSet {
  const random = new Random(seed);
  const embeddings = new Matrix(Q, D);
  const labels = new Uint8Array(Q * M);
  const categories: string[] = [];
  for (let question = 0; question < Q; question++) {
    const category = random.integer(3);
    categories.push(['algebra', 'code', 'law'][category] as string);
    for (let j = 0; j < D; j++) embeddings.row(question)[j] = 0.5 * random.normal();
    embeddings.row(question)[0] = category - 1 + 0.6 * random.normal();
    for (let model = 0; model < M; model++) {
      const probability = model % 3 === category ? 0.9 : 0.3;
      labels[question * M + model] = Number(random.uniform() < probability);
    }
  }
  return {
    embeddings,
    categories,
    correctness: new CorrectnessMatrix({
      questions: categories.map((_, question) => `${seed}/${question}`),
      models: Array.from({ length: M }, (_, model) => `m${model}`),
      labels,
    }),
  };
}

const train = categorizedProblem(1, 400);
const validation = categorizedProblem(2, 150);
const test = categorizedProblem(3, 400);
const code = (value: string) => expect.objectContaining({ code: value });

describe('fitCategoryIndicators', () => {
  it('learns the shares, and to tell the category from the embedding', async () => {
    const indicators = await fitCategoryIndicators({ train, validation, engine });
    expect(indicators.categories).toEqual(['algebra', 'code', 'law']);
    const share = train.categories.filter((category) => category === 'law').length / 400;
    expect(indicators.shares[2]).toBeCloseTo(share, 6);
    const inferred = indicators.infer(test.embeddings);
    const right = test.categories.filter((category, question) => {
      const row = inferred.row(question);
      return indicators.categories[row.indexOf(Math.max(...row))] === category;
    });
    // Bayes: three normals one apart, of deviation 0.6, are told apart in 73% of the cases.
    expect(right.length / 400).toBeGreaterThan(0.6);
  });

  it('scales the indicators to the strength, in units of the centred embeddings', async () => {
    const indicators = await fitCategoryIndicators({ train, strength: 4, engine });
    const appended = indicators.append(train.embeddings, train.categories);
    const squares = Array.from({ length: appended.cols }, (_, column) => {
      const values = Array.from({ length: appended.rows }, (_, row) => appended.at(row, column));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    });
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(sum(squares.slice(4)) / sum(squares.slice(0, 4))).toBeCloseTo(4, 3);
  });

  it('works where the embeddings say nothing', async () => {
    const blank = { ...train, embeddings: new Matrix(400, 2) };
    const indicators = await fitCategoryIndicators({ train: blank, engine });
    const inferred = indicators.infer(new Matrix(1, 2)).row(0);
    inferred.forEach((value, k) => {
      expect(value).toBeCloseTo(indicators.shares[k]!, 2);
    });
  });

  it('refuses one category, other numbers of categories, and a strength out of range', async () => {
    const fit = (options: Partial<Parameters<typeof fitCategoryIndicators>[0]>) =>
      expect(fitCategoryIndicators({ train, engine, ...options })).rejects;
    const one = { ...train, categories: train.categories.map(() => 'all') };
    await fit({ train: one }).toThrow(code('invalid-argument'));
    await fit({ train: { ...train, categories: ['law'] } }).toThrow(code('shape-mismatch'));
    await fit({ validation: { ...validation, categories: [] } }).toThrow(/validation set has 0/);
    await fit({ strength: -1 }).toThrow(/strength/);
    await fit({ strength: Number.NaN }).toThrow(/strength/);
  });

  it('stops when aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(fitCategoryIndicators({ train, engine, signal })).rejects.toThrow('enough');
  });
});

describe('trainWithCategories', () => {
  it('predicts better than text alone where models differ by category, known or inferred', async () => {
    const plain = await trainDirect({ train, validation, engine });
    const { model, indicators, record } = await trainWithCategories({ train, validation, engine });
    const loss = (probabilities: Matrix): number => logLoss(probabilities, test.correctness);
    const text = loss(plain.model.predictProbabilities(test.embeddings));
    const inferred = loss(model.predictProbabilities(indicators.append(test.embeddings)));
    const known = loss(
      model.predictProbabilities(indicators.append(test.embeddings, test.categories)),
    );
    expect(inferred).toBeLessThan(text);
    expect(known).toBeLessThan(inferred - 0.02);
    expect(record).toMatchObject({
      solver: 'direct',
      settings: { categoryStrength: 1, ridgeUnit: expect.any(Number) },
    });
  });

  it('is the plain model where the strength is 0, whatever the data', async () => {
    const settings = { ridges: [0.3], poolings: [0.5], ranks: [3], engine };
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 4 }), async (seed, D) => {
        const data = categorizedProblem(seed, 60, { M: 4, D });
        const plain = await trainDirect({ train: data, ...settings });
        const { model, indicators } = await trainWithCategories({
          train: data,
          strength: 0,
          ...settings,
        });
        const scores = model.score(indicators.append(data.embeddings, data.categories));
        plain.model.score(data.embeddings).data.forEach((score, index) => {
          expect(scores.data[index]).toBeCloseTo(score, 3);
        });
      }),
      { numRuns: 10 },
    );
  });

  it('gives the category means where the text says nothing and the ridge is weak', async () => {
    const blank = { ...train, embeddings: new Matrix(400, 1) };
    const { model, indicators } = await trainWithCategories({
      train: blank,
      ridges: [1e-6],
      poolings: [0],
      interceptRidge: 0,
      tolerance: 1e-7,
      maxIterations: 2000,
      engine,
    });
    const predicted = model.predictProbabilities(indicators.append(new Matrix(1, 1), ['code']));
    const asked = [...train.categories.keys()].filter((q) => train.categories[q] === 'code');
    for (let m = 0; m < 6; m++) {
      const right = asked.filter((q) => train.correctness.row(q)[m] === 1).length;
      expect(predicted.at(0, m)).toBeCloseTo(right / asked.length, 2);
    }
  });

  it('records the fingerprint of what texts alone give', async () => {
    const { indicators, record } = await trainWithCategories({ train, ridges: [1], engine });
    const { correctness } = train;
    const inferred = { embeddings: indicators.append(train.embeddings), correctness };
    expect(record.dataFingerprint).toBe(await fingerprintTrainingData(inferred));
  });

  it('infers a category of validation that training does not have', async () => {
    const categories = validation.categories.map((category, question) =>
      question === 0 ? 'chess' : category,
    );
    const { indicators } = await trainWithCategories({
      train,
      validation: { ...validation, categories },
      ridges: [1],
      engine,
    });
    expect(indicators.has('chess')).toBe(false);
  });

  it('refuses sets that do not fit together, and reports progress', async () => {
    const other = categorizedProblem(2, 50, { M: 6, D: 3 });
    await expect(trainWithCategories({ train, validation: other, engine })).rejects.toThrow(
      /validation set has 3 dimensions, but the training set has 4/,
    );
    const ridges = new Set<number>();
    await trainWithCategories({
      train,
      validation,
      ridges: [1, 0.3],
      engine,
      onProgress: ({ ridge }) => ridges.add(ridge),
    });
    expect([...ridges]).toEqual([1, 0.3]);
  });
});

describe('chooseCategories', () => {
  it('takes the strength of least log loss, categories inferred', async () => {
    const { training, tried, seconds } = await chooseCategories({
      ...{ train, validation, engine },
      strengths: [0.1, 3],
    });
    expect(tried.map(({ strength }) => strength)).toEqual([undefined, 0.1, 3]);
    const least = Math.min(...tried.map(({ validationLogLoss }) => validationLogLoss));
    const chosen = tried.find(({ validationLogLoss }) => validationLogLoss === least);
    expect(chosen?.strength).toBeDefined();
    expect(training.record.settings.categoryStrength).toBe(chosen?.strength);
    const { model, indicators } = training;
    const inferred = indicators?.append(validation.embeddings) as Matrix;
    expect(logLoss(model.predictProbabilities(inferred), validation.correctness)).toBeCloseTo(
      least,
      6,
    );
    // The categories themselves say more than what can be inferred of them.
    expect(chosen?.knownLogLoss).toBeLessThan(least);
    expect(seconds).toBeGreaterThan(0);
  });

  it('takes the text alone where categories say nothing', async () => {
    // Dealt out in turn, they are about nothing; strong ones are followed nonetheless.
    const shuffled = (set: CategorizedSet): CategorizedSet => ({
      ...set,
      categories: set.categories.map((_, question) => `c${question % 40}`),
    });
    const { training, tried } = await chooseCategories({
      ...{ train: shuffled(train), validation: shuffled(validation), engine },
      ...{ strengths: [100], ridges: [0.3], poolings: [0], ranks: [5] },
    });
    expect(tried).toHaveLength(2);
    expect(training.indicators).toBeUndefined();
    expect(training.record.settings).not.toHaveProperty('categoryStrength');
  });

  it('tries nothing where there is one category, and refuses strengths out of range', async () => {
    const one = { ...train, categories: train.categories.map(() => 'all') };
    const { tried } = await chooseCategories({ train: one, validation, engine });
    expect(tried).toEqual([
      { strength: undefined, knownLogLoss: undefined, validationLogLoss: expect.any(Number) },
    ]);
    const choose = (options: Partial<Parameters<typeof chooseCategories>[0]>) =>
      expect(chooseCategories({ train, validation, engine, ...options })).rejects;
    await choose({ strengths: [0] }).toThrow(/strengths/);
    await choose({ validation: { ...validation, categories: [] } }).toThrow(/has 0 categories/);
  });
});
