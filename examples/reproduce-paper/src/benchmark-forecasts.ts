import { MISSING } from '@embedllm/core';
import { forecastFromEmbeddings } from '@embedllm/forecaster';
import type { Experiment } from './experiment.js';
import { markdownTable } from './markdown-table.js';

/** Labels that a model's accuracy on a benchmark must rest on. */
const FEWEST_LABELS = 20;

/**
 * Figure 5: accuracy on a benchmark from embeddings that were trained without it, by linear
 * regression. The paper splits the models at random 100 times; here each is left out in turn.
 */
export async function benchmarkForecasts(
  { data, trainAlike }: Experiment,
  options: { readonly permutations: number },
): Promise<{ table: string; significant: number; benchmarks: number }> {
  const { categories, correctness, embeddings, split } = data;
  const benchmarks = [...new Set(categories)].sort();
  let significant = 0;
  const rows = [];
  for (const benchmark of benchmarks) {
    const rest = split.train.filter((question) => categories[question] !== benchmark);
    const labels = correctness.selectQuestions(rest);
    // Models that were asked this benchmark alone have no embedding to forecast from.
    const known = [...correctness.models.keys()].filter((model) =>
      rest.some((_, row) => labels.row(row)[model] !== MISSING),
    );
    const model = await trainAlike({
      embeddings: embeddings.selectRows(rest),
      correctness: labels.selectModels(known),
      validation: undefined,
      dimensions: undefined,
      seed: 0,
      signal: undefined,
    });
    const own = [...categories.keys()].filter((question) => categories[question] === benchmark);
    const answers = correctness.selectQuestions(own);
    const forecast = forecastFromEmbeddings({
      embeddings: model.modelDirections,
      accuracies: known.map((index) => accuracyOf(own.map((_, row) => answers.row(row)[index]))),
      permutations: options.permutations,
    });
    const { pValues } = forecast;
    if ((pValues?.spearman ?? 1) <= 0.05) significant++;
    rows.push([
      benchmark,
      String(forecast.models.length),
      forecast.rSquared.toFixed(2),
      (100 * forecast.meanAbsoluteError).toFixed(1),
      forecast.pearson?.toFixed(2),
      forecast.spearman?.toFixed(2),
      pValues?.spearman.toFixed(3),
    ]);
  }
  const table = markdownTable(
    ['benchmark', 'models', 'R²', 'mean error (points)', 'Pearson', 'Spearman', 'p (Spearman)'],
    rows,
  );
  return { table, significant, benchmarks: benchmarks.length };
}

function accuracyOf(labels: readonly (number | undefined)[]): number | undefined {
  const known = labels.filter((label) => label === 0 || label === 1);
  if (known.length < FEWEST_LABELS) return undefined;
  return known.reduce<number>((sum, label) => sum + label, 0) / known.length;
}
