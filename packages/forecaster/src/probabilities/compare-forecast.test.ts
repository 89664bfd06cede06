import { CorrectnessMatrix, Matrix, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { forecastBenchmarkAccuracy } from './benchmark-forecast.js';
import { compareForecast } from './compare-forecast.js';

describe('compareForecast', () => {
  const questions = ['m1', 'm2', 'l1', 'l2'];
  const forecast = forecastBenchmarkAccuracy({
    probabilities: Matrix.fromRows([
      [0.9, 0.5, 0.25],
      [0.9, 0.5, 0.25],
      [0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5],
    ]),
    categories: ['math', 'math', 'law', 'law'],
    models: ['a', 'b', 'c'],
  });
  // Columns in another order, and one model that was not forecast.
  const correctness = new CorrectnessMatrix({
    questions,
    models: ['c', 'other', 'b', 'a'],
    // biome-ignore format: one row a question
    labels: Uint8Array.of(
      0, 1, 1, 1,
      0, 1, 0, MISSING,
      MISSING, 1, 1, 1,
      MISSING, 1, 0, 1,
    ),
  });

  it('gives the values worked out by hand from the labels that exist', () => {
    const { benchmarks, overall, pairs } = compareForecast(forecast, correctness);
    const [math, law] = benchmarks;
    // Forecasts 0.9, 0.5, 0.25 against 1 (one label), 0.5, 0.
    expect(math?.pairs).toBe(3);
    expect(math?.meanAbsoluteError).toBeCloseTo((0.1 + 0 + 0.25) / 3, 6);
    expect(math?.bias).toBeCloseTo((-0.1 + 0 + 0.25) / 3, 6);
    // In perfect order, as three models are by chance one time in six.
    expect([math?.pearson, math?.spearman]).toEqual([undefined, undefined]);
    // Model c has no label on law; the forecasts are constant there.
    expect(law).toEqual({
      benchmark: 'law',
      pairs: 2,
      meanAbsoluteError: 0.25,
      bias: -0.25,
      pearson: undefined,
      spearman: undefined,
    });
    expect(overall.pairs).toBe(5);
    expect(overall.meanAbsoluteError).toBeCloseTo((0.35 + 0.5) / 5, 6);
    // (0.9, 1), (0.5, 0.5), (0.25, 0), (0.5, 1), (0.5, 0.5): ranks 5, 3, 1, 3, 3 and 4.5, 2.5, 1, 4.5, 2.5.
    expect(overall.spearman).toBeCloseTo(7 / Math.sqrt(8 * 9), 12);
    expect(overall.pearson).toBeCloseTo(0.31 / Math.sqrt(0.218 * 0.7), 6);
    expect(
      pairs.find(({ model, benchmark }) => model === 'a' && benchmark === 'math'),
    ).toMatchObject({ observed: 1, labels: 1 });
  });

  it('says so where a whole benchmark has no label', () => {
    const labels = correctness.labels.slice();
    labels.fill(MISSING, 8);
    const { benchmarks } = compareForecast(
      forecast,
      new CorrectnessMatrix({ questions, models: correctness.models, labels }),
    );
    expect(benchmarks[1]).toMatchObject({
      pairs: 0,
      meanAbsoluteError: undefined,
      bias: undefined,
    });
  });

  it('refuses labels that do not belong to the forecast', () => {
    expect(() => compareForecast(forecast, correctness.selectQuestions([0, 1]))).toThrow(
      /4 questions.*labels for 2/,
    );
    expect(() => compareForecast(forecast, correctness.selectModels([0, 1, 2]))).toThrow(
      /"a" was forecast/,
    );
    expect(() =>
      compareForecast(forecast, new CorrectnessMatrix({ questions, models: ['a', 'b', 'c'] })),
    ).toThrow(/nothing can be compared/);
  });
});
