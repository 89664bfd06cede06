import type { EvaluationDataset } from '@embedllm/core';
import { eachInTurns, type WorkOptions } from '../near-duplicates/work-pace.js';

/** Labels and correct ones, counted along every side. */
export interface LabelCounts {
  /** Of each question, length Q. */
  readonly ofQuestion: Counts;
  /** Of each model, length M. */
  readonly ofModel: Counts;
  /** Of each category and model, row-major [C, M]. */
  readonly ofCategoryAndModel: Counts;
  /** Names of the categories, C of them, in order of first appearance. */
  readonly categories: readonly string[];
  /** The category of each question, length Q. */
  readonly categoryOf: Uint32Array;
  /** Questions of each category, length C. */
  readonly questionsOf: Uint32Array;
}

/** How many labels there are, and how many of them are correct. */
export interface Counts {
  readonly labels: Uint32Array;
  readonly correct: Uint32Array;
}

/** Counts all labels in one pass, O(Q M). */
export async function countLabels(
  { questions, models, correctness }: EvaluationDataset,
  options: WorkOptions,
): Promise<LabelCounts> {
  const categories = [...new Set(questions.map(({ category }) => category))];
  const indexOf = new Map(categories.map((category, index) => [category, index]));
  const categoryOf = Uint32Array.from(questions, ({ category }) => indexOf.get(category) ?? 0);
  const questionsOf = new Uint32Array(categories.length);
  const width = models.length;
  const ofQuestion = counts(questions.length);
  const ofModel = counts(width);
  const ofCategoryAndModel = counts(categories.length * width);
  await eachInTurns('labels', questions.length, options, (question) => {
    const category = categoryOf[question]!;
    questionsOf[category] = questionsOf[category]! + 1;
    const row = correctness.row(question);
    for (let model = 0; model < width; model++) {
      const label = row[model]!;
      if (label > 1) continue;
      add(ofQuestion, question, label);
      add(ofModel, model, label);
      add(ofCategoryAndModel, category * width + model, label);
    }
  });
  return { ofQuestion, ofModel, ofCategoryAndModel, categories, categoryOf, questionsOf };
}

function counts(length: number): Counts {
  return { labels: new Uint32Array(length), correct: new Uint32Array(length) };
}

function add({ labels, correct }: Counts, index: number, label: number): void {
  labels[index] = labels[index]! + 1;
  correct[index] = correct[index]! + label;
}
