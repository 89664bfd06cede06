import { modelAccuracies, routingAccuracy, singleBest } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { simulateNoise } from './index.js';

const noise = simulateNoise({ seed: 3, models: 24, questions: 2000 });

/** Pearson correlation. */
function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const products = xs.map((x, index) => (x - mx) * ((ys[index] ?? 0) - my));
  const deviation = (values: readonly number[], m: number) =>
    Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
  return mean(products) / (deviation(xs, mx) * deviation(ys, my));
}

describe('simulateNoise', () => {
  it('has the size asked for and is repeatable', () => {
    expect(noise.dataset.questions).toHaveLength(2000);
    expect(noise.dataset.correctness.countObserved()).toBe(2000 * 24);
    expect(simulateNoise({ seed: 3, models: 24, questions: 2000 })).toEqual(noise);
    expect(simulateNoise({ questions: 7 }).dataset.questions).toHaveLength(7);
  });

  it('has no interaction: routing by the true probabilities gains nothing', () => {
    const { correctness } = noise.dataset;
    const routed = routingAccuracy(noise.truth.probabilities, correctness);
    expect(Math.abs(routed - singleBest(correctness).accuracy)).toBeLessThan(0.01);
  });

  it('has accuracies that differ, but not with size', () => {
    const accuracies = Array.from(modelAccuracies(noise.dataset.correctness));
    expect(Math.max(...accuracies) - Math.min(...accuracies)).toBeGreaterThan(0.3);
    const ranks = noise.dataset.models.map((model) => Math.log10(model.parametersBillion ?? 1));
    // Two standard deviations of a null correlation of 24 values are 0.42.
    expect(Math.abs(correlation(accuracies, ranks))).toBeLessThan(0.42);
  });

  it('has difficulties unrelated to the level and the benchmark of the text', () => {
    const { levels, difficulties } = noise.truth;
    expect(Math.abs(correlation(levels, Array.from(difficulties)))).toBeLessThan(0.06);
    const sums = new Map<string, number>();
    noise.dataset.questions.forEach(({ category }, index) => {
      sums.set(category, (sums.get(category) ?? 0) + (difficulties[index] ?? 0));
    });
    // 200 questions each: four standard errors of a mean are 0.28.
    for (const [category, sum] of sums) expect(Math.abs(sum / 200), category).toBeLessThan(0.28);
  });

  it('has specialists that are no better on their own topic', () => {
    const { probabilities, topics, specialities } = noise.truth;
    const logit = (p: number) => Math.log(p / (1 - p));
    specialities.forEach((topic, model) => {
      if (!topic) return;
      // Against model 0 on the same questions, so that only an interaction could show.
      const gap = { on: [] as number[], off: [] as number[] };
      topics.forEach((other, question) => {
        const difference =
          logit(probabilities.at(question, model)) - logit(probabilities.at(question, 0));
        gap[other === topic ? 'on' : 'off'].push(difference);
      });
      const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(Math.abs(mean(gap.on) - mean(gap.off)), topic).toBeLessThan(0.001);
    });
  });

  it('refuses options out of range', () => {
    expect(() => simulateNoise({ questions: 0 })).toThrow(/number of questions/);
    expect(() => simulateNoise({ missingRate: -0.1 })).toThrow(/missing rate/);
  });
});
