import {
  CorrectnessMatrix,
  MISSING,
  oracleAccuracy,
  type Progress,
  Random,
  randomAccuracy,
} from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { fitRandom, fitSingleBest } from '../baselines/bounds.js';
import { fitCategoryMeans } from '../baselines/category-means.js';
import type { CategorizedSet } from '../categories/categorized-set.js';
import { randomProblem } from '../direct/random-problem.fixture.js';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { bootstrapMean } from './bootstrap.js';
import { compare } from './compare.js';
import {
  categoryMeans,
  clusterDifficulty,
  directSolver,
  directWithCategories,
  kNearestNeighbours,
  modelMeans,
  oracle,
  randomModel,
  singleBestModel,
} from './estimators.js';
import { formatComparison } from './format-comparison.js';

const engine = createTypeScriptEngine();
const problem = randomProblem({ seed: 1, questions: 400, models: 5, dimensions: 3 });
// Categories that say something: the sign of the first dimension.
const data: CategorizedSet = {
  ...problem,
  categories: Array.from({ length: 400 }, (_, question) =>
    problem.embeddings.at(question, 0) > 0.3 ? 'high' : 'low',
  ),
};

describe('compare', () => {
  it('puts every estimator where it belongs', async () => {
    const progress: Progress[] = [];
    const rows = await compare({
      data,
      engine,
      estimators: [
        directSolver({ ridges: [1], poolings: [0.5], ranks: [3] }),
        kNearestNeighbours({ ks: [15, 31] }),
        clusterDifficulty({ parameters: 1, clusters: [8] }),
        clusterDifficulty({ parameters: 2, clusters: [8] }),
        categoryMeans(),
        modelMeans(),
        singleBestModel(),
        randomModel(),
        oracle(),
      ],
      seeds: [0, 1, 2, 3],
      resamples: 500,
      onProgress: (report) => progress.push(report),
    });
    const loss = new Map(rows.map(({ name, metrics }) => [name, metrics.logLoss.mean]));
    const order = ['oracle', 'direct', 'k-NN', 'category means', 'model means', 'random'];
    const losses = order.map((name) => loss.get(name)!);
    expect([...losses].sort((a, b) => a - b)).toEqual(losses);
    expect(loss.get('2PL item response')).toBeLessThan(loss.get('model means')!);
    expect(rows[0]?.differences.logLoss).toEqual({ mean: 0, lower: 0, upper: 0 });
    expect(rows.at(-1)?.values.auroc).toEqual([1, 1, 1, 1]);
    const knn = rows[1]!;
    expect(knn.predictors).toHaveLength(4);
    expect(knn.predictors[0]).toMatch(/^k-NN \(k = (15|31)\)$/);
    expect(knn.differences.logLoss.lower!).toBeLessThanOrEqual(knn.differences.logLoss.mean);
    expect(knn.metrics.logLoss.upper!).toBeGreaterThanOrEqual(knn.metrics.logLoss.mean);
    expect(progress.at(-1)).toMatchObject({ detail: 'oracle, seed 3', done: 36, total: 36 });
    const table = formatComparison(rows).split('\n');
    expect(table).toHaveLength(11);
    expect(table[2]).toMatch(/^\| direct \| 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\] \|/);
  });

  it('uses categories that are known, and those that it infers', async () => {
    const settings = { ridges: [1], poolings: [0.5], ranks: [3] };
    // The text says nothing of the categories that models differ by.
    const hidden = { ...data, embeddings: data.embeddings.selectRows([...data.categories.keys()]) };
    for (let question = 0; question < 400; question++) hidden.embeddings.row(question)[0] = 0;
    const [inferred, known] = await compare({
      data: hidden,
      engine,
      estimators: [
        directWithCategories({ ...settings, categories: 'inferred' }),
        directWithCategories({ ...settings, categories: 'known' }),
      ],
      seeds: [0, 1, 2],
      resamples: 100,
    });
    expect(known?.differences.logLoss.upper).toBeLessThan(0);
    expect(inferred?.name).toBe('direct, categories inferred');
    const estimator = directWithCategories({ ...settings, categories: 'known' });
    const predictor = await estimator.fit({ train: data, validation: data, engine, seed: 0 });
    await expect(predictor.predictProbabilities(data.embeddings)).rejects.toThrow(/not given/);
  });

  it('pairs routing with the single best of each split, question by question', async () => {
    const rows = await compare({
      data,
      engine,
      estimators: [modelMeans(), singleBestModel(), oracle(), randomModel()],
      seeds: [0, 1, 2],
      resamples: 100,
    });
    const [means, best, perfect, random] = rows.map((row) => row.routingLessSingleBest!);
    // Models were asked at random here, so that the means rank them as the rule does.
    for (const same of [means, best]) expect(same).toMatchObject({ mean: 0, verdict: 'no better' });
    expect(perfect?.verdict).toBe('better');
    expect(random?.verdict).toBe('worse');
    // Three tests of 40 of 400 questions, some of them in two.
    expect(best?.questions).toBeGreaterThan(90);
    expect(best?.questions).toBeLessThan(120);
    expect(rows[0]?.routingLessFirst?.mean).toBe(0);
    expect(rows[2]?.routingLessFirst?.verdict).toBe('better');
  });

  it('takes the single best among models that were asked nearly everything', async () => {
    // The last model knows all, but was asked only what is high.
    const M = data.correctness.modelCount;
    const labels = Uint8Array.from(data.correctness.labels, (label, index) =>
      index % M < M - 1 ? label : data.categories[Math.floor(index / M)] === 'high' ? 1 : MISSING,
    );
    const correctness = new CorrectnessMatrix({ ...data.correctness, labels });
    expect(fitSingleBest({ correctness }).name).not.toContain(`m${M - 1}`);
    const means = fitCategoryMeans({ train: { correctness }, categories: data.categories });
    const one = data.embeddings.selectRows([0]);
    const predict = async (category: string) =>
      (await means.predictProbabilities(one, { categories: [category] })).at(0, M - 1);
    expect(await predict('high')).toBeGreaterThan(0.95);
    expect(await predict('low')).toBeLessThan(await predict('high'));
  });

  it('makes embeddings for each split, from its training questions', async () => {
    const asked: number[] = [];
    await compare({
      data: {
        ...data,
        embeddings: async ({ train, test }, seed) => {
          asked.push(seed);
          expect(train.filter((question) => test.includes(question))).toEqual([]);
          return data.embeddings;
        },
      },
      engine,
      estimators: [kNearestNeighbours({ ks: [15] }), modelMeans()],
      seeds: [3, 4],
      resamples: 100,
    });
    expect(asked).toEqual([3, 4]);
  });

  it('gives no interval for two seeds, and the same figures twice', async () => {
    const options = { data, engine, estimators: [modelMeans(), randomModel()], seeds: [4, 5] };
    const [first, second] = [await compare(options), await compare(options)];
    expect(first[0]?.metrics.logLoss.lower).toBeUndefined();
    expect(first.map(({ values }) => values)).toEqual(second.map(({ values }) => values));
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = compare({
      data,
      engine,
      estimators: [modelMeans()],
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
  });

  it('refuses what cannot be compared', async () => {
    const refuse = (changed: object) =>
      expect(compare({ data, engine, estimators: [modelMeans()], ...changed })).rejects;
    await refuse({ estimators: [] }).toThrow(/no estimators/);
    await refuse({ estimators: [modelMeans(), modelMeans()] }).toThrow(/same name/);
    await refuse({ seeds: [1, 2, 1] }).toThrow(/a seed occurs twice/);
    await refuse({ seeds: [] }).toThrow(/no seeds/);
    await refuse({ resamples: 0 }).toThrow(/resamples/);
    await refuse({ data: { ...data, categories: [] } }).toThrow(/0 categories for 400/);
  });
});

describe('bounds', () => {
  const truth = data.correctness;
  it('route to one model, at random and without fault', async () => {
    const rows = await compare({
      data,
      engine,
      estimators: [singleBestModel(), randomModel(), oracle()],
      seeds: Array.from({ length: 12 }, (_, seed) => seed),
      fractions: { train: 0.5, validation: 0, test: 0.5 },
      resamples: 100,
    });
    const routing = rows.map(({ metrics }) => metrics.routingAccuracy.mean);
    expect(routing[1]).toBeCloseTo(randomAccuracy(truth), 1);
    expect(routing[2]).toBeCloseTo(oracleAccuracy(truth), 1);
    expect(routing[0]).toBeGreaterThan(routing[1]! + 0.02);
    expect(routing[2]).toBeGreaterThan(routing[0]!);
    expect(fitSingleBest(data).name).toMatch(/^single best \(m\d\)$/);
  });

  it('draw other models for another seed', async () => {
    const predict = async (seed: number) => [
      ...(await fitRandom(data, { seed }).predictProbabilities(data.embeddings)).data,
    ];
    expect(await predict(1)).toEqual(await predict(1));
    expect(await predict(1)).not.toEqual(await predict(2));
  });
});

describe('fitCategoryMeans', () => {
  it('needs the categories of the questions, and knows what to do with new ones', async () => {
    const predictor = fitCategoryMeans({ train: data, categories: data.categories });
    const one = data.embeddings.selectRows([0]);
    await expect(predictor.predictProbabilities(one)).rejects.toThrow(/need the categories/);
    const predict = async (category: string) => [
      ...(await predictor.predictProbabilities(one, { categories: [category] })).data,
    ];
    expect(await predict('high')).not.toEqual(await predict('low'));
    const [high, low, unknown] = [
      await predict('high'),
      await predict('low'),
      await predict('new'),
    ];
    unknown.forEach((value, model) => {
      const bounds = [high[model]!, low[model]!].sort((a, b) => a - b);
      // What was not asked is filled in, so that it need not lie between them exactly.
      expect(value).toBeGreaterThan(bounds[0]! - 0.01);
      expect(value).toBeLessThan(bounds[1]! + 0.01);
    });
    expect(() => fitCategoryMeans({ train: data, categories: [] })).toThrow(/0 categories/);
  });
});

describe('bootstrapMean', () => {
  it('covers the true mean about as often as it says', () => {
    const random = new Random(2);
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const values = Array.from({ length: 30 }, () => 5 + random.normal());
      const { lower, upper } = bootstrapMean(values, 400, random);
      if (lower! <= 5 && upper! >= 5) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.88);
    expect(covered / 300).toBeLessThan(0.98);
  });
});
