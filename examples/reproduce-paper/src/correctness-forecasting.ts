import { accuracy, type Matrix, Random } from '@embedllm/core';
import { type Experiment, selectPart } from './experiment.js';
import { markdownTable } from './markdown-table.js';
import { FORECASTING_ACCURACY } from './published-figures.js';

/**
 * Table 1: how well correctness on unseen questions is predicted, by the number of training
 * questions. Settings are chosen on validation for each size, as in the paper.
 */
export async function correctnessForecasting(experiment: Experiment): Promise<string> {
  const { data, test, trained, trainAll } = experiment;
  const shuffled = new Random(0).shuffle([...data.split.train]);
  const total = shuffled.length;
  const smaller =
    total > 25_000
      ? [1000, 5000, 10_000, 15_000, 20_000, 25_000]
      : [1 / 16, 1 / 4].map((share) => Math.round(share * total));
  const accuracyOf = (predictions: Matrix) => accuracy(predictions, test.correctness);
  const rows = [];
  for (const size of [...smaller, total]) {
    const { nearest, direct, published } =
      size === total ? trained : await trainAll(selectPart(data, shuffled.slice(0, size)));
    rows.push([
      String(size),
      accuracyOf(await nearest.predictProbabilities(test.embeddings)),
      accuracyOf(direct.model.predictProbabilities(test.embeddings)),
      published && accuracyOf(published.model.predictProbabilities(test.embeddings)),
    ]);
  }
  return markdownTable(['training questions', 'k-NN', 'direct solver', 'published training'], rows);
}

/** Table 1 as the paper has it. */
export function publishedForecasting(): string {
  return markdownTable(
    ['training questions', ...FORECASTING_ACCURACY.map(({ size }) => size)],
    [
      ['KNN', ...FORECASTING_ACCURACY.map(({ kNN }) => kNN)],
      ['Matrix Factorization', ...FORECASTING_ACCURACY.map(({ embedLLM }) => embedLLM)],
    ],
  );
}
