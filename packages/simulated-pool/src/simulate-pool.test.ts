import {
  MISSING,
  modelAccuracies,
  oracleAccuracy,
  routingAccuracy,
  singleBest,
} from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type SimulatedPool, simulatePool } from './index.js';

const pool = simulatePool();
const { dataset, truth } = pool;
const { probabilities } = truth;
const Q = dataset.questions.length;
const M = dataset.models.length;

/** Mean true probability of each model over the questions that pass. */
function meanProbabilities(of: SimulatedPool, passes: (question: number) => boolean): number[] {
  const sums = of.dataset.models.map(() => 0);
  let count = 0;
  for (let question = 0; question < of.dataset.questions.length; question++) {
    if (!passes(question)) continue;
    count++;
    of.truth.probabilities.row(question).forEach((probability, model) => {
      sums[model] = (sums[model] ?? 0) + probability;
    });
  }
  return sums.map((sum) => sum / count);
}

describe('simulatePool', () => {
  it('has 3,600 questions of ten benchmarks and 24 models of seven families', () => {
    expect(Q).toBe(3600);
    expect(new Set(dataset.questions.map((question) => question.category)).size).toBe(10);
    expect(M).toBe(24);
    expect(new Set(truth.families).size).toBe(7);
    expect(new Set(truth.specialities.filter((topic) => topic !== undefined)).size).toBe(8);
  });

  it('asks no question twice and leaves nothing empty', () => {
    expect(new Set(dataset.questions.map((question) => question.prompt)).size).toBe(Q);
    for (const { prompt } of dataset.questions) expect(prompt).not.toMatch(/undefined|NaN/);
  });

  it('has as many options as guessing has chances', () => {
    for (const [index, question] of dataset.questions.entries()) {
      const chance = truth.guessing[index] ?? 0;
      const options = question.prompt.match(/^[A-D]\) (.+)$/gm) ?? [];
      expect(options).toHaveLength(chance === 0 ? 0 : Math.round(1 / chance));
      expect(new Set(options.map((option) => option.slice(3))).size).toBe(options.length);
    }
  });

  it('is the same for the same seed and another for another', () => {
    const [first, again, other] = [0, 0, 1].map((seed) =>
      simulatePool({ seed, questionsPerBenchmark: 40 }),
    );
    expect(again).toEqual(first);
    expect(other?.dataset.questions).not.toEqual(first?.dataset.questions);
    expect(other?.truth.skills).not.toEqual(first?.truth.skills);
  });

  it('keeps its questions when the number of models or the missing rate changes', () => {
    const smaller = simulatePool({ models: 5, missingRate: 0 });
    expect(smaller.dataset.questions).toEqual(dataset.questions);
    expect(smaller.dataset.models).toEqual(dataset.models.slice(0, 5));
    expect(smaller.dataset.correctness.countObserved()).toBe(Q * 5);
  });

  it('computes probabilities by the formula that it states', () => {
    for (let question = 0; question < Q; question += 97) {
      for (let model = 0; model < M; model++) {
        let logit = -(truth.difficulties[question] ?? Number.NaN);
        for (let column = 0; column < truth.skills.cols; column++) {
          logit += truth.skills.at(model, column) * truth.demands.at(question, column);
        }
        const chance = truth.guessing[question] ?? Number.NaN;
        const expected = chance + (1 - chance) / (1 + Math.exp(-logit));
        expect(Math.abs(probabilities.at(question, model) - expected)).toBeLessThan(1e-6);
      }
    }
  });

  it('draws labels at the true rates: per model, benchmark, level and decile', () => {
    const groups = new Map<string, { sum: number; expected: number; variance: number }>();
    for (let question = 0; question < Q; question++) {
      dataset.correctness.row(question).forEach((label, model) => {
        if (label === MISSING) return;
        const p = probabilities.at(question, model);
        const keys = [
          'all',
          `model ${model}`,
          `benchmark ${dataset.questions[question]?.category}`,
          `level ${truth.levels[question]}`,
          `decile ${Math.floor(10 * p)}`,
        ];
        for (const key of keys) {
          const group = groups.get(key) ?? { sum: 0, expected: 0, variance: 0 };
          group.sum += label;
          group.expected += p;
          group.variance += p * (1 - p);
          groups.set(key, group);
        }
      });
    }
    expect(groups.size).toBe(1 + 24 + 10 + 4 + 10);
    for (const [key, { sum, expected, variance }] of groups) {
      expect(Math.abs(sum - expected) / Math.sqrt(variance), key).toBeLessThan(3.5);
    }
  });

  it('leaves out 3 percent of the labels', () => {
    const missing = 1 - dataset.correctness.countObserved() / (Q * M);
    expect(Math.abs(missing - 0.03)).toBeLessThan(4 * Math.sqrt((0.03 * 0.97) / (Q * M)));
  });

  it('spreads accuracies from about 0.4 to above 0.8', () => {
    const accuracies = modelAccuracies(dataset.correctness);
    expect(Math.min(...accuracies)).toBeGreaterThan(0.33);
    expect(Math.min(...accuracies)).toBeLessThan(0.42);
    expect(Math.max(...accuracies)).toBeGreaterThan(0.78);
    expect(Math.max(...accuracies)).toBeLessThan(0.87);
  });

  it('has prices that grow with size within a family', () => {
    for (const a of dataset.models) {
      for (const b of dataset.models) {
        if (a.family !== b.family || (a.parametersBillion ?? 0) <= (b.parametersBillion ?? 0))
          continue;
        expect(a.pricePerMillionOutputTokens ?? 0).toBeGreaterThan(
          b.pricePerMillionOutputTokens ?? 0,
        );
      }
    }
  });

  it('makes each specialist the best model of its benchmark', () => {
    const benchmarks = {
      mathematics: 'arithmetic',
      code: 'code-output',
      medicine: 'medicine',
      law: 'law',
      commonsense: 'commonsense',
      language: 'words',
      logic: 'logic',
      knowledge: 'geography',
    } as const;
    truth.specialities.forEach((topic, model) => {
      if (!topic) return;
      const means = meanProbabilities(
        pool,
        (question) => dataset.questions[question]?.category === benchmarks[topic],
      );
      expect(means.indexOf(Math.max(...means)), topic).toBe(model);
    });
  });

  it.each([0, 1])(
    'rewards routing with seed %i: truth beats the single best by 5 points',
    (seed) => {
      const each = simulatePool({ seed });
      const { correctness } = each.dataset;
      const routed = routingAccuracy(each.truth.probabilities, correctness);
      expect(routed - singleBest(correctness).accuracy).toBeGreaterThan(0.05);
      expect(oracleAccuracy(correctness)).toBeGreaterThan(routed);
    },
  );

  it('has a cheap model that is good enough on easy questions', () => {
    const means = meanProbabilities(pool, (question) => truth.levels[question] === 0);
    const dearest = Math.max(
      ...dataset.models.map((model) => model.pricePerMillionOutputTokens ?? 0),
    );
    const cheap = means.filter(
      (_, model) => (dataset.models[model]?.pricePerMillionOutputTokens ?? dearest) < dearest / 10,
    );
    expect(Math.max(...cheap)).toBeGreaterThan(0.85);
  });

  it('makes models of one family more alike than models of different families', () => {
    const distances = { same: [] as number[], other: [] as number[] };
    for (let a = 0; a < M; a++) {
      for (let b = 0; b < a; b++) {
        if (truth.specialities[a] || truth.specialities[b]) continue;
        let square = 0;
        for (let column = 1; column < truth.skills.cols; column++) {
          square += (truth.skills.at(a, column) - truth.skills.at(b, column)) ** 2;
        }
        const kind = truth.families[a] === truth.families[b] ? 'same' : 'other';
        distances[kind].push(Math.sqrt(square));
      }
    }
    const mean = (values: number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(distances.same)).toBeLessThan(0.75 * mean(distances.other));
  });

  it('finds enough different texts for the largest pool that it allows', () => {
    const { questions } = simulatePool({ models: 1, questionsPerBenchmark: 2000 }).dataset;
    expect(new Set(questions.map((question) => question.prompt)).size).toBe(20_000);
  });

  it('refuses options out of range', () => {
    expect(() => simulatePool({ models: 0 })).toThrow(/number of models/);
    expect(() => simulatePool({ questionsPerBenchmark: 2.5 })).toThrow(/questions per benchmark/);
    expect(() => simulatePool({ questionsPerBenchmark: 2001 })).toThrow(/from 1 to 2000/);
    expect(() => simulatePool({ missingRate: 1 })).toThrow(/missing rate/);
    expect(() => simulatePool({ seed: -1 })).toThrow(/seed/);
  });
});
