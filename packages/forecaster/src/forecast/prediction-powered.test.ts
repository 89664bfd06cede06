import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { predictionPoweredMean } from './prediction-powered.js';

/** Repeated random samples of a population whose labels follow `probability`. */
function simulate(predict: (p: number, random: Random) => number, n: number) {
  const random = new Random(9);
  const N = 400;
  const p = Array.from({ length: N }, () => random.uniform());
  const labels = p.map((value) => (random.uniform() < value ? 1 : 0));
  const predictions = p.map((value) => predict(value, random));
  const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
  const truth = mean(labels);
  const runs = 2000;
  let bias = 0;
  let squares = 0;
  let sampleSquares = 0;
  let variance = 0;
  const order = Array.from({ length: N }, (_, i) => i);
  for (let run = 0; run < runs; run++) {
    const sample = random.shuffle(order).slice(0, n);
    const own = sample.map((i) => labels[i]!);
    const result = predictionPoweredMean({
      labels: own,
      predictions: sample.map((i) => predictions[i]!),
      populationMean: mean(predictions),
      population: N,
    });
    bias += (result.mean - truth) / runs;
    squares += (result.mean - truth) ** 2 / runs;
    sampleSquares += (mean(own) - truth) ** 2 / runs;
    variance += result.variance / runs;
  }
  return { bias, squares, sampleSquares, variance };
}

describe('predictionPoweredMean', () => {
  it('is unbiased and better than the sample mean with good predictions', () => {
    const { bias, squares, sampleSquares, variance } = simulate((p) => p, 100);
    expect(Math.abs(bias)).toBeLessThan(0.005);
    expect(squares).toBeLessThan(0.8 * sampleSquares);
    expect(variance / squares).toBeGreaterThan(0.8);
    expect(variance / squares).toBeLessThan(1.3);
  });

  it('loses next to nothing with worthless predictions', () => {
    const { bias, squares, sampleSquares } = simulate((_, random) => random.uniform(), 100);
    expect(Math.abs(bias)).toBeLessThan(0.005);
    expect(squares).toBeLessThan(1.1 * sampleSquares);
  });

  it('is the sample mean when all predictions are the same', () => {
    const { mean } = predictionPoweredMean({
      labels: [1, 0, 1, 1],
      predictions: [0.3, 0.3, 0.3, 0.3],
      populationMean: 0.3,
      population: 10,
    });
    expect(mean).toBeCloseTo(0.75, 12);
  });

  it('has no variance once everything is observed', () => {
    const { variance } = predictionPoweredMean({
      labels: [1, 0],
      predictions: [0.9, 0.2],
      populationMean: 0.55,
      population: 2,
    });
    expect(variance).toBe(0);
  });
});
