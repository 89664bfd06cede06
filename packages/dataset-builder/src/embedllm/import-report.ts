import { type EvaluationDataset, MISSING } from '@embedllm/core';
import { type CategoryTexts, inspectTexts } from '../quality/category-texts.js';

/** What was read from one file of responses. */
export interface FileReport {
  /** As the caller gave it. */
  readonly file: string;
  /** Records, the header not counted. */
  readonly rows: number;
}

/** The questions of one category. */
export interface CategoryReport {
  readonly category: string;
  readonly questions: number;
  /** Labels present, all models together. */
  readonly labels: number;
  /** Mean of these labels, 0 to 1; `undefined` where there is none. */
  readonly meanAccuracy: number | undefined;
}

/** What an import found. */
export interface ImportReport {
  /** The files of responses, in the order read. */
  readonly files: readonly FileReport[];
  /** Records of responses read, all files together. */
  readonly rows: number;
  /** Records that repeated a label already there, and were dropped. */
  readonly duplicates: number;
  /** Records without a label (an empty field, NaN, null, None, NA): the model was not asked. */
  readonly notAsked: number;
  /** Q. */
  readonly questions: number;
  /** M. */
  readonly models: number;
  /** Labels present in the correctness matrix: rows less duplicates and those not asked. */
  readonly labels: number;
  /** Labels present, as a share of Q x M, 0 to 1. */
  readonly coverage: number;
  /** In order of first appearance. */
  readonly categories: readonly CategoryReport[];
  /** The `model_id` of each model as the files write it, length M, in the order of the models. */
  readonly modelIds: readonly string[];
  /** Ids of questions whose prompt is empty: an encoder has nothing to read there. */
  readonly questionsWithoutPrompt: readonly string[];
  /** Categories whose questions share a text or have none; see `inspectTexts`. */
  readonly texts: readonly CategoryTexts[];
  /** Ids of listed questions that no model answered. */
  readonly questionsWithoutResponse: readonly string[];
  /** Names of listed models without any response. */
  readonly modelsWithoutResponse: readonly string[];
  /** Columns of the models file that nothing was read from, because their names are not known. */
  readonly unknownModelColumns: readonly string[];
}

/** Counts what is in a dataset. Q x M steps. */
export function describeImport(
  dataset: EvaluationDataset,
  source: {
    readonly files: readonly FileReport[];
    readonly modelIds: readonly string[];
    readonly duplicates: number;
    readonly unknownModelColumns?: readonly string[] | undefined;
    /** @default 0 */
    readonly notAsked?: number | undefined;
  },
): ImportReport {
  const { questions, models, correctness } = dataset;
  const byCategory = new Map<string, { questions: number; labels: number; correct: number }>();
  const labelsOfModel = new Uint32Array(models.length);
  const questionsWithoutResponse: string[] = [];
  let labels = 0;
  questions.forEach(({ id, category }, index) => {
    let present = 0;
    let correct = 0;
    correctness.row(index).forEach((label, model) => {
      if (label === MISSING) return;
      present++;
      correct += label;
      labelsOfModel[model] = labelsOfModel[model]! + 1;
    });
    const sums = byCategory.get(category) ?? { questions: 0, labels: 0, correct: 0 };
    sums.questions++;
    sums.labels += present;
    sums.correct += correct;
    byCategory.set(category, sums);
    labels += present;
    if (present === 0) questionsWithoutResponse.push(id);
  });
  return {
    files: source.files,
    rows: source.files.reduce((sum, { rows }) => sum + rows, 0),
    duplicates: source.duplicates,
    notAsked: source.notAsked ?? 0,
    questions: questions.length,
    models: models.length,
    labels,
    coverage: labels / (questions.length * models.length),
    categories: Array.from(byCategory, ([category, sums]) => ({
      category,
      questions: sums.questions,
      labels: sums.labels,
      meanAccuracy: sums.labels === 0 ? undefined : sums.correct / sums.labels,
    })),
    modelIds: source.modelIds,
    questionsWithoutPrompt: questions.filter(({ prompt }) => prompt === '').map(({ id }) => id),
    texts: inspectTexts(questions),
    questionsWithoutResponse,
    modelsWithoutResponse: models
      .filter((_, index) => labelsOfModel[index] === 0)
      .map(({ name }) => name),
    unknownModelColumns: source.unknownModelColumns ?? [],
  };
}
