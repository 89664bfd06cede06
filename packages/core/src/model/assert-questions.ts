import { EmbedLLMError } from '@embedllm/internals';
import { assertFinite } from '../matrix/assert-finite.js';
import type { Matrix } from '../matrix/matrix.js';

/**
 * Checks that question embeddings fit a model.
 *
 * @throws EmbedLLMError `shape-mismatch` when they have another dimension, `not-finite` when one
 * holds NaN or an infinity.
 */
export function assertQuestions(questions: Matrix, dimensions: number): void {
  if (questions.cols !== dimensions) {
    throw new EmbedLLMError(
      `The question embeddings have ${questions.cols} dimensions, but the model was trained on ${dimensions}. Were they made by another encoder?`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(questions, 'question embeddings');
}
