/**
 * The paper's forecast on ZeroEval: model embeddings are trained without a benchmark, then a linear
 * regression from embedding to the accuracy on that benchmark, each model left out in turn.
 * Beside it, the same regression from nothing but the accuracies on the other two benchmarks.
 */
import { Matrix } from '@embedllm/core';
import { trainDirect } from '@embedllm/trainer';
import { forecastFromEmbeddings } from '../src/index.js';
import { readZeroEval } from './zeroeval.js';

const { questions, correctness, embeddings, split } = await readZeroEval();
if (!embeddings || !split) throw new Error('The data lack embeddings or a split.');
const categories = questions.map(({ category }) => category);
const benchmarks = [...new Set(categories)];

function accuracyOn(benchmark: string): (number | undefined)[] {
  return correctness.models.map((_, model) => {
    let right = 0;
    let count = 0;
    categories.forEach((category, q) => {
      const label = correctness.get(q, model);
      if (category !== benchmark || label === undefined) return;
      right += label;
      count++;
    });
    return count >= 20 ? right / count : undefined;
  });
}

console.log(
  '| held-out benchmark | from | models | R² | MAE (points) | Pearson | Spearman | p (R²) |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const benchmark of benchmarks) {
  const rest = questions.flatMap((_, q) => (categories[q] === benchmark ? [] : [q]));
  // Models that were only asked the held-out benchmark have no embedding to forecast from.
  const known = correctness.models.flatMap((_, m) =>
    split.train.some((q) => categories[q] !== benchmark && correctness.get(q, m) !== undefined)
      ? [m]
      : [],
  );
  const part = (indices: readonly number[]) => {
    const kept = rest.filter((q) => indices.includes(q));
    return {
      embeddings: embeddings.selectRows(kept),
      correctness: correctness.selectQuestions(kept).selectModels(known),
    };
  };
  const { model } = await trainDirect({
    train: part(split.train),
    validation: part(split.validation),
  });
  const all = accuracyOn(benchmark);
  const accuracies = known.map((m) => all[m]);
  const others = benchmarks.filter((name) => name !== benchmark).map(accuracyOn);
  const means = Matrix.fromRows(
    // A model without labels there counts as average.
    known.map((m) => others.map((list) => list[m] ?? 0.7)),
  );
  for (const [name, vectors] of [
    ['embedding', model.modelDirections],
    ['two accuracies', means],
  ] as const) {
    const { models, rSquared, meanAbsoluteError, pearson, spearman, pValues } =
      forecastFromEmbeddings({ embeddings: vectors, accuracies });
    console.log(
      `| ${benchmark} | ${name} | ${models.length} | ${rSquared.toFixed(2)} | ${(100 * meanAbsoluteError).toFixed(1)} | ${pearson?.toFixed(2)} | ${spearman?.toFixed(2)} | ${pValues?.rSquared.toFixed(3)} |`,
    );
  }
}
