import { EmbedLLMError, Matrix, MISSING } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';
import { smoothedMeans } from './model-means.js';
import type { Predictor } from './predictor.js';

/** How many labels of its overall accuracy a model's accuracy in a category starts from. */
const PRIOR_LABELS = 5;

/** What `fitCategoryMeans` takes. */
export interface CategoryMeansOptions {
  readonly train: Pick<LabelledSet, 'correctness'>;
  /** The category of each training question, length Q. */
  readonly categories: readonly string[];
}

/**
 * Predicts each model's training accuracy in the question's category, drawn towards its overall
 * accuracy as by 5 labels; that overall accuracy in categories that training did not have. Knows
 * the category of the questions that it predicts, which a router usually does not.
 *
 * @throws EmbedLLMError `shape-mismatch` when there is not one category per question; predicting,
 * `invalid-argument` without `context.categories`.
 */
export function fitCategoryMeans({ train, categories }: CategoryMeansOptions): Predictor {
  const { correctness } = train;
  const M = correctness.modelCount;
  assertCount(categories, correctness.questionCount);
  const overall = smoothedMeans(train);
  const counts = new Map<string, { correct: Float64Array; answered: Float64Array }>();
  categories.forEach((category, question) => {
    const count = counts.get(category) ?? {
      correct: Float64Array.from(overall, (mean) => PRIOR_LABELS * mean),
      answered: new Float64Array(M).fill(PRIOR_LABELS),
    };
    counts.set(category, count);
    const labels = correctness.row(question);
    for (let model = 0; model < M; model++) {
      const label = labels[model] as number;
      if (label === MISSING) continue;
      count.correct[model] = (count.correct[model] as number) + label;
      count.answered[model] = (count.answered[model] as number) + 1;
    }
  });
  const means = new Map(
    [...counts].map(([category, { correct, answered }]) => [
      category,
      Float32Array.from(correct, (value, model) => value / (answered[model] as number)),
    ]),
  );
  return {
    name: 'category means',
    predictProbabilities: async (embeddings, context) => {
      if (!context?.categories) {
        throw new EmbedLLMError(
          'invalid-argument',
          'Category means need the categories of the questions to predict.',
        );
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

function assertCount(categories: readonly string[], questions: number): void {
  if (categories.length !== questions) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `${categories.length} categories do not fit ${questions} questions.`,
    );
  }
}
