import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import { simulatePool } from '@embedllm/simulated-pool';
import { describe, expect, it } from 'vitest';
import { fitItemResponse } from './fit-item-response.js';
import { forecastBenchmarks } from './forecast-benchmarks.js';
import { tinyCorrectness } from './pool.fixture.js';

/** Answers drawn from a two-parameter logistic model with one ability. */
function drawPool(Q: number, M: number, seed: number) {
  const random = new Random(seed);
  const intercepts = Array.from({ length: Q }, () => 1.5 * random.normal());
  const slopes = Array.from({ length: Q }, () => Math.exp(0.3 * random.normal()));
  const abilities = Array.from({ length: M }, () => random.normal());
  const labels = Uint8Array.from({ length: Q * M }, (_, cell) => {
    const q = Math.floor(cell / M);
    const logit = intercepts[q]! + slopes[q]! * abilities[cell % M]!;
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  const correctness = new CorrectnessMatrix({
    questions: intercepts.map((_, q) => `q${q}`),
    models: abilities.map((_, m) => `m${m}`),
    labels,
  });
  return { correctness, intercepts, slopes, abilities };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = b[i]!;
    ab += (value - ma) * (other - mb);
    aa += (value - ma) ** 2;
    bb += (other - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe('fitItemResponse', () => {
  it('recovers the parameters that answers were drawn from', async () => {
    const { correctness, intercepts, abilities } = drawPool(300, 60, 4);
    const categories = correctness.questions.map(() => 'drawn');
    const pool = await fitItemResponse({ correctness, categories, dimensions: 1, folds: 2 });
    const fitted = intercepts.map((_, q) => pool.items.means[2 * q]!);
    expect(correlation(fitted, intercepts)).toBeGreaterThan(0.93);
    expect(Math.abs(correlation([...pool.abilities], abilities))).toBeGreaterThan(0.96);
    // The model is right, so that nothing must be found amiss with its intervals.
    for (const scale of pool.calibration.random.scales) {
      expect(scale).toBeGreaterThan(0.75);
      expect(scale).toBeLessThan(1.3);
    }
  });

  it('takes as many abilities as left-out models need', async () => {
    const { correctness } = drawPool(300, 40, 6);
    const categories = correctness.questions.map(() => 'drawn');
    const progress: number[] = [];
    const pool = await fitItemResponse({
      correctness,
      categories,
      folds: 2,
      iterations: 10,
      onProgress: ({ done, total }) => progress.push(done / total),
    });
    expect(pool.dimensions).toBeLessThanOrEqual(2);
    expect(progress.length).toBeGreaterThan(2);
    expect(Math.max(...progress)).toBeLessThanOrEqual(1);
  });

  it('recognizes unanswered questions by their text', async () => {
    const { dataset, truth } = simulatePool({
      seed: 2,
      models: 24,
      questionsPerBenchmark: 40,
      missingRate: 0,
    });
    const { correctness } = dataset;
    const M = correctness.modelCount;
    const hidden = [...correctness.questions.keys()].filter((q) => q % 4 === 0);
    const labels = Uint8Array.from(correctness.labels);
    for (const q of hidden) labels.fill(MISSING, q * M, (q + 1) * M);
    const seen = new CorrectnessMatrix({
      questions: correctness.questions,
      models: correctness.models,
      labels,
    });
    // What a text shows of its question: what it demands and how hard it is written.
    const embeddings = Matrix.fromRows(
      correctness.questions.map((_, q) => [...truth.demands.row(q), truth.levels[q]!]),
    );
    const categories = dataset.questions.map(({ category }) => category);
    const errorOf = async (texts: Matrix | undefined): Promise<number> => {
      const pool = await fitItemResponse({
        correctness: seen,
        categories,
        dimensions: 2,
        embeddings: texts,
        iterations: 12,
        folds: 2,
      });
      let squares = 0;
      for (const q of hidden.filter((_, index) => index % 3 === 0)) {
        const id = correctness.questions[q] as string;
        for (const m of [0, 7, 14]) {
          const { micro } = forecastBenchmarks({
            pool,
            model: correctness.models[m],
            questions: [id],
            draws: 32,
            sample: 'chosen',
          });
          squares += (micro.accuracy - truth.probabilities.at(q, m)) ** 2;
        }
      }
      return squares;
    };
    expect(await errorOf(embeddings)).toBeLessThan(0.85 * (await errorOf(undefined)));
  });

  it('stops when it is told to', async () => {
    const { correctness } = drawPool(50, 12, 8);
    const categories = correctness.questions.map(() => 'drawn');
    const controller = new AbortController();
    const work = fitItemResponse({
      correctness,
      categories,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
  });

  it('copes with a pool of two models and with questions that all or none got right', async () => {
    const pool = await fitItemResponse({
      correctness: tinyCorrectness([1, 1, 0, 0, 1, 0]),
      categories: ['x', 'x', 'y'],
    });
    const { benchmarks } = forecastBenchmarks({ pool, responses: [] });
    for (const { accuracy, lower, upper } of benchmarks) {
      expect(lower).toBeLessThan(accuracy);
      expect(accuracy).toBeLessThan(upper);
    }
  });

  it.each([
    [
      'categories of another length',
      { categories: ['x'] },
      'shape-mismatch',
      /1 categories for 3 questions/,
    ],
    [
      'an empty category',
      { categories: ['x', '', 'y'] },
      'invalid-argument',
      /question 1 is empty/,
    ],
    ['embeddings of other questions', { embeddings: new Matrix(2, 4) }, 'shape-mismatch', /of 2/],
    [
      'no answer',
      { correctness: tinyCorrectness(Array(6).fill(MISSING)) },
      'invalid-data',
      /has 0/,
    ],
    ['half an ability', { dimensions: 0.5 }, 'invalid-argument', /`dimensions` must be/],
    ['a single fold', { folds: 1 }, 'invalid-argument', /`folds` must be/],
    [
      'embeddings that are not finite',
      { embeddings: new Matrix(3, 1, Float32Array.of(0, Number.NaN, 0)) },
      'not-finite',
      /NaN/,
    ],
  ])('refuses %s', async (_, change, code, message) => {
    const work = fitItemResponse({
      correctness: tinyCorrectness(),
      categories: ['x', 'x', 'y'],
      ...change,
    });
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toMatchObject({ code });
  });
});

describe('the check of forecasts', () => {
  it('leaves out one model at a time of a small pool, and widens intervals of two models', async () => {
    const { correctness } = drawPool(120, 5, 3);
    const categories = correctness.questions.map(() => 'drawn');
    const small = await fitItemResponse({ correctness, categories });
    expect(small.calibration.random.answers).toEqual([10, 30]);
    expect(small.calibration.chosen.answers).toEqual([10, 30]);
    const two = await fitItemResponse({
      correctness: correctness.selectModels([0, 1]),
      categories,
    });
    expect(two.calibration.random.scales).toEqual([1.5]);
  });
});
