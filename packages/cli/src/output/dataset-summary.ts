import { type EvaluationDataset, modelAccuracies, randomAccuracy } from '@embedllm/core';
import { count, percent, quantity } from './format-number.js';
import { formatTable } from './format-table.js';

/** What is in a dataset; plain JSON. */
export interface DatasetSummary {
  readonly questions: number;
  readonly models: number;
  readonly labels: number;
  /** Labels as a share of questions times models, 0 to 1. */
  readonly coverage: number;
  readonly categories: readonly {
    readonly category: string;
    readonly questions: number;
    readonly labels: number;
    readonly meanAccuracy: number | undefined;
  }[];
  /** The models of highest and lowest accuracy over their own labels. */
  readonly best: { readonly name: string; readonly accuracy: number } | undefined;
  readonly worst: { readonly name: string; readonly accuracy: number } | undefined;
}

/** Counts what is in a dataset. O(Q M). */
export function summarizeDataset({
  questions,
  models,
  correctness,
}: EvaluationDataset): DatasetSummary {
  const members = new Map<string, number[]>();
  for (const [index, { category }] of questions.entries()) {
    const list = members.get(category);
    if (list) list.push(index);
    else members.set(category, [index]);
  }
  const labels = correctness.countObserved();
  const accuracies = [...modelAccuracies(correctness)]
    .map((accuracy, index) => ({ name: models[index]?.name ?? '', accuracy }))
    .filter(({ accuracy }) => !Number.isNaN(accuracy))
    .sort((a, b) => b.accuracy - a.accuracy);
  return {
    questions: questions.length,
    models: models.length,
    labels,
    coverage: labels / (questions.length * models.length),
    categories: [...members].map(([category, indices]) => {
      const part = correctness.selectQuestions(indices);
      const observed = part.countObserved();
      return {
        category,
        questions: indices.length,
        labels: observed,
        meanAccuracy: observed > 0 ? randomAccuracy(part) : undefined,
      };
    }),
    best: accuracies[0],
    worst: accuracies.at(-1),
  };
}

/** The summary for people. */
export function formatSummary(summary: DatasetSummary): string {
  const { questions, models, labels, coverage, categories, best, worst } = summary;
  const rows = categories.map((entry) => [
    entry.category,
    count(entry.questions),
    count(entry.labels),
    percent(entry.meanAccuracy),
  ]);
  const lines = [
    `${quantity(questions, 'question')}, ${quantity(models, 'model')}, ${quantity(labels, 'label')}, coverage ${percent(coverage)}`,
    formatTable(['category', 'questions', 'labels', 'accuracy'], rows),
  ];
  if (best && worst) {
    lines.push(
      `Models from ${percent(worst.accuracy)} (${worst.name}) to ${percent(best.accuracy)} (${best.name}).`,
    );
  }
  return lines.join('\n');
}
