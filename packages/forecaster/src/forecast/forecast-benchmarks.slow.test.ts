import { CorrectnessMatrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { fitItemResponse } from './fit-item-response.js';
import { forecastBenchmarks } from './forecast-benchmarks.js';
import { randomQuestions } from './pool.fixture.js';

/** Answers of a one-dimensional pool whose abilities are spread widely. */
function drawnPool(Q: number, M: number) {
  const random = new Random(11);
  const intercepts = Array.from({ length: Q }, () => 1.5 * random.normal() - 1);
  const labels = Uint8Array.from({ length: Q * M }, (_, cell) => {
    const logit = intercepts[Math.floor(cell / M)]! + (4 * (cell % M)) / M - 2;
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  const correctness = new CorrectnessMatrix({
    questions: intercepts.map((_, q) => `q${q}`),
    models: Array.from({ length: M }, (_, m) => `m${m}`),
    labels,
  });
  return { correctness, categories: correctness.questions.map(() => 'drawn') };
}

function strongestFirst({ models }: CorrectnessMatrix): number[] {
  return [...models.keys()].reverse();
}

describe('forecastBenchmarks', () => {
  it('holds the accuracy of models beyond the pool, and says that they are', async () => {
    const { correctness, categories } = drawnPool(400, 40);
    const order = strongestFirst(correctness);
    const pool = await fitItemResponse({
      correctness: correctness.selectModels(order.slice(12)),
      categories,
      dimensions: 1,
    });
    const outside = { stronger: 0, alike: 0 };
    let inside = 0;
    let count = 0;
    const forecast = (m: number, n: number, seed: number) => {
      const asked = randomQuestions(400, n, seed);
      const responses = asked.map((q) => ({
        question: correctness.questions[q] as string,
        outcome: correctness.get(q, m) ?? 0,
      }));
      return forecastBenchmarks({ pool, responses, draws: 128 });
    };
    for (const m of order.slice(0, 12)) {
      const truth =
        correctness.questions.reduce((sum, _, q) => sum + (correctness.get(q, m) ?? 0), 0) / 400;
      for (let seed = 0; seed < 5; seed++) {
        for (const n of [10, 30, 100]) {
          const { micro, outsidePool } = forecast(m, n, seed);
          if (n === 100) outside.stronger += outsidePool / 60;
          if (truth >= micro.lower && truth <= micro.upper) inside++;
          count++;
        }
      }
    }
    for (let seed = 0; seed < 5; seed++) {
      outside.alike += forecast(order[26] as number, 100, seed).outsidePool / 5;
    }
    expect(inside / count).toBeGreaterThan(0.85);
    expect(outside.stronger).toBeGreaterThan(2 * outside.alike);
  });
});
