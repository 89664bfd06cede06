import {
  EmbedLLMError,
  type EvaluationDataset,
  type Matrix,
  type QuestionSplit,
} from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import {
  findNearDuplicates,
  type NearDuplicateOptions,
} from '../near-duplicates/find-near-duplicates.js';
import {
  findSimilarEmbeddings,
  type SimilarEmbeddingsOptions,
} from '../near-duplicates/find-similar-embeddings.js';
import type { NearDuplicates } from '../near-duplicates/near-duplicates.js';
import type { WorkOptions } from '../near-duplicates/work-pace.js';
import { inspectDuplicates } from './duplicate-questions.js';
import { countLabels, type LabelCounts } from './label-counts.js';
import { findingsOf } from './quality-findings.js';
import type {
  CategoryQuality,
  CoverageGap,
  ModelQuality,
  NearDuplicateQuality,
  QualityReport,
} from './quality-report.js';
import { listFirst, QuestionReferences } from './question-reference.js';
import { inspectLeakage, partsOf } from './split-leakage.js';

/** Options of `inspectQuality`. */
export interface InspectQualityOptions extends WorkOptions {
  /** Looks for questions in a part that are the same or similar in an earlier one. @default none */
  readonly split?: QuestionSplit | undefined;
  /** Embeddings of the questions, shape [Q, D], to compare besides the texts. @default none */
  readonly embeddings?: Matrix | undefined;
  /** How texts are compared. @default the defaults of `findNearDuplicates` */
  readonly nearDuplicates?:
    | Omit<NearDuplicateOptions, 'categories' | 'signal' | 'onProgress'>
    | undefined;
  /** How embeddings are compared. @default the defaults of `findSimilarEmbeddings` */
  readonly similarEmbeddings?: Omit<SimilarEmbeddingsOptions, 'signal' | 'onProgress'> | undefined;
  /**
   * Models with fewer labels are reported. With 30 the standard error of an accuracy is up to 0.09.
   *
   * @default 30
   */
  readonly minimumModelLabels?: number | undefined;
  /**
   * Questions with fewer labels are reported, and do not count as answered alike by all.
   *
   * @default 3
   */
  readonly minimumQuestionLabels?: number | undefined;
  /** Models with a lower coverage of a category are reported, 0 to 1. @default 0.5 */
  readonly minimumCategoryCoverage?: number | undefined;
  /** How many of each finding are listed; all are counted. @default 20 */
  readonly listed?: number | undefined;
}

/**
 * Looks through a dataset for what would spoil training and figures: coverage overall, by category
 * and by model; models and questions with few labels; questions that every or no model answers
 * correctly; the balance of labels; duplicate questions, and labels that contradict each other
 * between them; near-duplicates; and, with a split, questions that are in two parts of it.
 *
 * Takes O(Q M) for the counts and what `findNearDuplicates` takes.
 *
 * @returns plain data, for `renderQualityReport` or a program.
 * @throws EmbedLLMError `invalid-argument` when an option or an index of the split is out of range,
 * `shape-mismatch` when there are not as many embeddings as questions.
 *
 * @example
 * const report = await inspectQuality(dataset, { split });
 * console.log(renderQualityReport(report));
 */
export async function inspectQuality(
  dataset: EvaluationDataset,
  options: InspectQualityOptions = {},
): Promise<QualityReport> {
  const { questions, models } = dataset;
  const { split, embeddings, listed = 20, minimumCategoryCoverage = 0.5 } = options;
  const { minimumModelLabels = 30, minimumQuestionLabels = 3 } = options;
  for (const [name, value] of Object.entries({
    listed,
    minimumModelLabels,
    minimumQuestionLabels,
  })) {
    checkInteger(name, value, { min: 0 });
  }
  checkNumber('minimumCategoryCoverage', minimumCategoryCoverage, { min: 0, max: 1 });
  if (embeddings !== undefined && embeddings.rows !== questions.length) {
    throw new EmbedLLMError(
      `There are ${embeddings.rows} embeddings for ${questions.length} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  const parts = split && partsOf(split, questions.length);
  const watch: WorkOptions = { signal: options.signal, onProgress: options.onProgress };
  const counts = await countLabels(dataset, watch);
  const { labels, correct } = counts.ofQuestion;
  const references = new QuestionReferences(questions, labels, listed);
  const byText = await findNearDuplicates(
    questions.map(({ prompt }) => prompt),
    {
      ...options.nearDuplicates,
      ...watch,
      categories: questions.map(({ category }) => category),
    },
  );
  const searches = [byText];
  if (embeddings !== undefined) {
    searches.push(
      await findSimilarEmbeddings(embeddings, { ...options.similarEmbeddings, ...watch }),
    );
  }
  const labelCount = sum(labels);
  const modelQualities = describeModels(dataset, counts);
  const enough = Math.max(minimumQuestionLabels, 1);
  const report = {
    questionCount: questions.length,
    modelCount: models.length,
    labelCount,
    coverage: ratio(labelCount, questions.length * models.length) ?? 0,
    accuracy: ratio(sum(correct), labelCount),
    categories: describeCategories(counts, models.length),
    models: modelQualities,
    modelsWithFewLabels: listFirst(
      modelQualities.filter((model) => model.labelCount < minimumModelLabels),
      listed,
    ),
    questionsWithFewLabels: references.where(
      (_, question) => labels[question]! < minimumQuestionLabels,
    ),
    gaps: listFirst(coverageGaps(dataset, counts, minimumCategoryCoverage), listed),
    allCorrect: references.where(
      (_, index) => labels[index]! >= enough && correct[index] === labels[index],
    ),
    noneCorrect: references.where((_, index) => labels[index]! >= enough && correct[index] === 0),
    emptyPrompts: references.where(({ prompt }) => prompt.trim() === ''),
    duplicates: inspectDuplicates(dataset, byText.sameAs, references, listed),
    nearDuplicates: searches.map((search) =>
      describeSearch(search, byText.sameAs, references, listed),
    ),
    leakage: split && parts && inspectLeakage(split, parts, searches, references, listed),
  };
  return { ...report, findings: findingsOf(report) };
}

function describeModels(
  { questions, models }: EvaluationDataset,
  counts: LabelCounts,
): ModelQuality[] {
  return models.map(({ name }, model) => {
    const labelCount = counts.ofModel.labels[model]!;
    return {
      name,
      labelCount,
      coverage: ratio(labelCount, questions.length) ?? 0,
      accuracy: ratio(counts.ofModel.correct[model]!, labelCount),
    };
  });
}

function describeCategories(counts: LabelCounts, width: number): CategoryQuality[] {
  return counts.categories.map((category, index) => {
    const questionCount = counts.questionsOf[index]!;
    const { labels, correct } = counts.ofCategoryAndModel;
    const labelCount = sum(labels.subarray(index * width, (index + 1) * width));
    return {
      category,
      questionCount,
      labelCount,
      coverage: ratio(labelCount, questionCount * width) ?? 0,
      accuracy: ratio(sum(correct.subarray(index * width, (index + 1) * width)), labelCount),
    };
  });
}

function coverageGaps(
  { models }: EvaluationDataset,
  counts: LabelCounts,
  minimum: number,
): CoverageGap[] {
  return models.flatMap(({ name }, model) =>
    counts.categories.flatMap((category, index): CoverageGap[] => {
      const labelCount = counts.ofCategoryAndModel.labels[index * models.length + model]!;
      const questionCount = counts.questionsOf[index]!;
      if (labelCount >= minimum * questionCount) return [];
      return [{ model: name, category, labelCount, questionCount }];
    }),
  );
}

function describeSearch(
  { measure, threshold, pairs, groups, missProbability, skipped }: NearDuplicates,
  sameText: Uint32Array,
  references: QuestionReferences,
  listed: number,
): NearDuplicateQuality {
  const different = pairs.filter(({ first, second }) => sameText[first] !== sameText[second]);
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const several = [...sizes.values()].filter((size) => size > 1);
  return {
    measure,
    threshold,
    pairs: {
      total: different.length,
      listed: different
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, listed)
        .map(({ first, second, similarity }) => ({
          first: references.of(first),
          second: references.of(second),
          similarity,
        })),
    },
    groupCount: several.length,
    questionCount: sum(several),
    missProbability,
    skipped,
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
