import { EmbedLLMError } from '../errors.js';
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
      'shape-mismatch',
      `The question embeddings have ${questions.cols} dimensions, but the model was trained on ${dimensions}. Was another encoder used?`,
    );
  }
  assertFinite(questions, 'question embeddings');
}
