import { CorrectnessMatrix, Matrix, MISSING } from '@embedllm/core';
import { simulatePool } from '@embedllm/simulated-pool';
import { describe, expect, it } from 'vitest';
import { drawPool } from './drawn-pool.fixture.js';
import { fitItemResponse } from './fit-item-response.js';
import { forecastBenchmarks } from './forecast-benchmarks.js';

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
});
