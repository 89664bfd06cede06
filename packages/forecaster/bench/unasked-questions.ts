/**
 * How well the accuracies of models of the pool are forecast on questions that nobody was asked, on
 * ZeroEval: the pool has the answers to the training questions of eight fresh splits (80/10/10,
 * seeds 1 to 8), and knows the test questions by benchmark and text embedding alone. Beside it the
 * accuracy on the benchmark's training questions. The errors hold the luck of the draw of some 95
 * questions a benchmark, which all models of a split have in common.
 *
 * Usage: tsx bench/unasked-questions.ts [splits = 8] [abilities = 3]
 */
import { CorrectnessMatrix, MISSING, splitQuestions } from '@embedllm/core';
import { fitItemResponse, forecastBenchmarks } from '../src/index.js';
import { readZeroEval } from './zeroeval.js';

const FEWEST_LABELS = 20;
const [splits = 8, dimensions = 3] = process.argv.slice(2).map(Number);
const { questions, correctness, embeddings } = await readZeroEval();
const categories = questions.map(({ category }) => category);
const M = correctness.modelCount;
const total = { forecasts: 0, hits: 0, error: 0, meanError: 0 };

for (let seed = 1; seed <= splits; seed++) {
  const split = splitQuestions(categories, { seed });
  const pool = await fitItemResponse({
    correctness: onlyLabelsOf(split.train),
    categories,
    embeddings,
    dimensions,
  });
  const before = { ...total };
  for (let m = 0; m < M; m++) {
    const asked = split.test.filter((q) => correctness.get(q, m) !== undefined);
    if (asked.length === 0) continue;
    const { benchmarks } = forecastBenchmarks({
      pool,
      model: correctness.models[m],
      questions: asked.map((q) => correctness.questions[q] ?? ''),
    });
    for (const { benchmark, accuracy, lower, upper } of benchmarks) {
      const truth = accuracyOn(asked, benchmark, m);
      const mean = accuracyOn(split.train, benchmark, m);
      if (truth === undefined || mean === undefined) continue;
      total.forecasts++;
      if (truth >= lower && truth <= upper) total.hits++;
      total.error += Math.abs(accuracy - truth);
      total.meanError += Math.abs(mean - truth);
    }
  }
  console.log(
    `seed ${seed}: intervals held ${total.hits - before.hits} of ${total.forecasts - before.forecasts}`,
  );
}

const points = (sum: number): string => ((100 * sum) / total.forecasts).toFixed(2);
console.log(
  `${splits} splits, ${total.forecasts} forecasts: mean absolute error ${points(total.error)} points, ` +
    `accuracy on training questions ${points(total.meanError)}; 95% intervals held ${points(total.hits)}%`,
);

function onlyLabelsOf(train: readonly number[]): CorrectnessMatrix {
  const labels = new Uint8Array(questions.length * M).fill(MISSING);
  for (const q of train) {
    for (let m = 0; m < M; m++) labels[q * M + m] = correctness.get(q, m) ?? MISSING;
  }
  return new CorrectnessMatrix({
    questions: correctness.questions,
    models: correctness.models,
    labels,
  });
}

function accuracyOn(among: readonly number[], benchmark: string, m: number): number | undefined {
  const own = among.filter(
    (q) => categories[q] === benchmark && correctness.get(q, m) !== undefined,
  );
  if (own.length < FEWEST_LABELS) return undefined;
  return own.reduce((sum, q) => sum + (correctness.get(q, m) ?? 0), 0) / own.length;
}
