import { EmbedLLMError, fitTwoWay, Matrix, MISSING } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { Predictor } from './predictor.js';

/** How many labels of what is expected of a model its accuracy in a category starts from. */
const PRIOR_LABELS = 5;

/** What `fitCategoryMeans` takes. */
export interface CategoryMeansOptions {
  readonly train: Pick<LabelledSet, 'correctness'>;
  /** The category of each training question, length Q. */
  readonly categories: readonly string[];
}

/**
 * Predicts each model's training accuracy in the question's category, drawn as by 5 labels towards
 * what one ability a model and one easiness a question (`fitTwoWay` of core) make of it; for a
 * category that training did not have, that over all questions. A model that was asked an easy
 * category alone so is not the favourite for hard ones. Knows the category of the questions that
 * it predicts, which a router usually does not.
 *
 * @throws EmbedLLMError `shape-mismatch` when there is not one category per question; predicting,
 * `invalid-argument` without `context.categories`.
 */
export function fitCategoryMeans({ train, categories }: CategoryMeansOptions): Predictor {
  const { correctness } = train;
  const M = correctness.modelCount;
  assertCount(categories, correctness.questionCount);
  const { probability } = fitTwoWay(correctness);
  const Q = correctness.questionCount;
  const overall = new Float32Array(M).fill(0.5 / (Q + 1));
  const counts = new Map<string, CategoryCount>();
  categories.forEach((category, question) => {
    const count = counts.get(category) ?? {
      questions: 0,
      expected: new Float64Array(M),
      correct: new Float64Array(M),
      answered: new Float64Array(M),
    };
    counts.set(category, count);
    count.questions++;
    const labels = correctness.row(question);
    for (let model = 0; model < M; model++) {
      const p = probability(question, model);
      const label = labels[model]!;
      const value = label === MISSING ? p : label;
      overall[model] = overall[model]! + value / (Q + 1);
      count.expected[model] = count.expected[model]! + p;
      if (label === MISSING) continue;
      count.correct[model] = count.correct[model]! + label;
      count.answered[model] = count.answered[model]! + 1;
    }
  });
  const means = new Map(
    [...counts].map(([category, { questions, expected, correct, answered }]) => [
      category,
      Float32Array.from(correct, (value, model) => {
        const prior = PRIOR_LABELS * (expected[model]! / questions);
        return (value + prior) / (answered[model]! + PRIOR_LABELS);
      }),
    ]),
  );
  return {
    name: 'category means',
    predictProbabilities: async (embeddings, context) => {
      if (!context?.categories) {
        throw new EmbedLLMError('Category means need the categories of the questions to predict.', {
          code: 'invalid-argument',
        });
      }
      assertCount(context.categories, embeddings.rows);
      const predictions = new Matrix(embeddings.rows, M);
      context.categories.forEach((category, question) => {
        predictions.row(question).set(means.get(category) ?? overall);
      });
      return predictions;
    },
  };
}

/** Answers of each model in a category, all of length M. */
interface CategoryCount {
  questions: number;
  /** Sum over the category's questions, asked or not. */
  readonly expected: Float64Array;
  readonly correct: Float64Array;
  readonly answered: Float64Array;
}

function assertCount(categories: readonly string[], questions: number): void {
  if (categories.length !== questions) {
    throw new EmbedLLMError(
      `There are ${categories.length} categories for ${questions} questions.`,
      {
        code: 'shape-mismatch',
      },
    );
  }
}
