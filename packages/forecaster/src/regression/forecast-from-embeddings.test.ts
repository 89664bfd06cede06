import { Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { forecastFromEmbeddings } from './forecast-from-embeddings.js';
import { leaveOneOutRidge } from './leave-one-out-ridge.js';

function gaussian(rows: number, cols: number, random: Random): Matrix {
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

describe('forecastFromEmbeddings', () => {
  it('forecasts accuracies that are linear in the embeddings', () => {
    const random = new Random(1);
    const embeddings = gaussian(30, 4, random);
    const accuracies = Array.from({ length: 30 }, (_, m) =>
      Math.min(1, Math.max(0, 0.5 + 0.1 * embeddings.at(m, 0) - 0.05 * embeddings.at(m, 3))),
    );
    const forecast = forecastFromEmbeddings({ embeddings, accuracies, permutations: 99 });
    expect(forecast.rSquared).toBeGreaterThan(0.95);
    expect(forecast.pearson).toBeGreaterThan(0.97);
    expect(forecast.spearman).toBeGreaterThan(0.95);
    expect(forecast.meanAbsoluteError).toBeLessThan(0.02);
    expect(forecast.pValues).toEqual({
      rSquared: 0.01,
      meanAbsoluteError: 0.01,
      pearson: 0.01,
      spearman: 0.01,
    });
  });

  it('never lets a model take part in its own forecast', () => {
    const random = new Random(2);
    const embeddings = gaussian(12, 20, random);
    const values = Array.from({ length: 12 }, () => random.uniform());
    const ridge = leaveOneOutRidge(embeddings);
    const before = ridge.predict(values);
    values.forEach((_, model) => {
      const changed = values.map((value, m) => (m === model ? 1 - value : value));
      expect(ridge.predict(changed)[model]).toBeCloseTo(before[model]!, 12);
    });
  });

  it('predicts as a regression by normal equations does when the penalty is forced', () => {
    // Exactly linear values make the smallest penalty best, which then hardly matters.
    const random = new Random(3);
    const embeddings = gaussian(20, 2, random);
    const values = Array.from(
      { length: 20 },
      (_, m) => 3 + 2 * embeddings.at(m, 0) - embeddings.at(m, 1),
    );
    leaveOneOutRidge(embeddings)
      .predict(values)
      .forEach((prediction, m) => {
        expect(prediction).toBeCloseTo(values[m]!, 1);
      });
  });

  it('has p-values that are uniform when there is nothing to find', () => {
    const random = new Random(4);
    const runs = 100;
    const permutations = 39;
    const pValues: number[] = [];
    for (let run = 0; run < runs; run++) {
      const embeddings = gaussian(12, 5, random);
      const accuracies = Array.from({ length: 12 }, () => random.uniform());
      const forecast = forecastFromEmbeddings({ embeddings, accuracies, permutations, seed: run });
      pValues.push(forecast.pValues?.rSquared as number);
    }
    pValues.sort((a, b) => a - b);
    // Kolmogorov-Smirnov at 1%: 1.63 / sqrt(runs), and the steps of p-values from 39 permutations.
    const distance = Math.max(
      ...pValues.map((p, index) => Math.max(Math.abs((index + 1) / runs - p), p - index / runs)),
    );
    expect(distance).toBeLessThan(1.63 / Math.sqrt(runs) + 1 / (permutations + 1));
  });

  it('leaves out models without an accuracy', () => {
    const embeddings = gaussian(6, 2, new Random(5));
    const accuracies = [0.1, undefined, 0.4, 0.3, 0.9, 0.5];
    const { models, pValues } = forecastFromEmbeddings({ embeddings, accuracies, permutations: 0 });
    expect(models).toEqual([0, 2, 3, 4, 5]);
    expect(pValues).toBeUndefined();
  });

  it('refuses bad input with the reason', () => {
    const embeddings = gaussian(5, 2, new Random(6));
    const attempt = (accuracies: (number | undefined)[], permutations = 9) => {
      return () => forecastFromEmbeddings({ embeddings, accuracies, permutations });
    };
    expect(attempt([0.5])).toThrow(/1 accuracies for .*5 models/);
    expect(attempt([0.5, 0.5, 0.5, 0.5, 0.5])).toThrow(/not all equal/);
    expect(attempt([0.1, undefined, undefined, 0.2, 0.3])).toThrow(/there are 3/);
    expect(attempt([0.1, 80, 0.3, 0.4, 0.5])).toThrow(/model 1 must be between 0 and 1, but is 80/);
    expect(attempt([0.1, 0.2, 0.3, 0.4, 0.5], -1)).toThrow(/permutations/);
  });
});
