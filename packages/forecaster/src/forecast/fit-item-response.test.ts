import { Matrix, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { drawPool } from './drawn-pool.fixture.js';
import { fitItemResponse } from './fit-item-response.js';
import { forecastBenchmarks } from './forecast-benchmarks.js';
import { tinyCorrectness } from './pool.fixture.js';

describe('fitItemResponse', () => {
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
