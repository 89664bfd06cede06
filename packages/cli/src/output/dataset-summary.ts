import {
  type EvaluationDataset,
  estimateAccuracies,
  randomAccuracy,
  singleBest,
} from '@embedllm/core';
import { count, formatTable, percent, quantity } from '@embedllm/internals';

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
  /** The models of highest and lowest accuracy over the same questions. */
  readonly best: RankedModel | undefined;
  readonly worst: RankedModel | undefined;
  /** The best of those that were asked at least 95% of the questions, see `singleBest` of core. */
  readonly singleBest: RankedModel | undefined;
}

/** A model and its accuracy over the questions of all models, estimated where it was not asked. */
export interface RankedModel {
  readonly name: string;
  readonly accuracy: number;
  /** Bounds of a 95% interval. */
  readonly lower: number;
  readonly upper: number;
  /** How many labels it has. */
  readonly labels: number;
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
  const estimates = labels > 0 ? estimateAccuracies(correctness) : [];
  const named = estimates.map(
    (estimate, model) => estimate && { name: models[model]?.name ?? '', ...estimate },
  );
  const ranked = named
    .filter((model) => model !== undefined)
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
    best: ranked[0],
    worst: ranked.at(-1),
    singleBest: labels > 0 ? named[singleBest(correctness, { estimates }).model] : undefined,
  };
}

/** The summary for people. */
export function formatSummary(summary: DatasetSummary): string {
  const {
    questions,
    models,
    labels,
    coverage,
    categories,
    best,
    worst,
    singleBest: single,
  } = summary;
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
      best.name === worst.name
        ? `The model's accuracy: ${estimate(best)}.`
        : `Models from ${estimate(worst)} to ${estimate(best)}.`,
      `(Over the same questions${coverage < 1 ? ', estimated where a model was not asked' : ''}; 95% intervals in brackets.)`,
    );
  }
  if (single && single.name !== best?.name) {
    lines.push(`Best of the models asked nearly everything: ${estimate(single)}.`);
  }
  return lines.join('\n');
}

function estimate({ name, accuracy, lower, upper }: RankedModel): string {
  const bound = (value: number): string => (100 * value).toFixed(1);
  return `${percent(accuracy)} [${bound(lower)}, ${bound(upper)}] (${name})`;
}
