import { EmbedLLMError, type Matrix } from '@embedllm/core';
import type { CategorizedSet } from '@embedllm/trainer';
import type { OpenDataset } from './open-dataset.js';
import type { SplitPart } from './split-parts.js';

/**
 * The embeddings, labels and categories of one part of the split.
 *
 * @param embeddings - Of all questions, shape [Q, D].
 * @throws EmbedLLMError `invalid-data` when the part has no question.
 */
export function datasetPart(
  dataset: OpenDataset,
  embeddings: Matrix,
  part: SplitPart,
): CategorizedSet {
  const indices = dataset.split[part];
  if (indices.length === 0) {
    throw new EmbedLLMError(`${dataset.path}: The ${part} part of the split has no questions.`, {
      code: 'invalid-data',
    });
  }
  return {
    embeddings: embeddings.selectRows(indices),
    correctness: dataset.correctness.selectQuestions(indices),
    categories: indices.map((index) => dataset.categories[index] as string),
  };
}
