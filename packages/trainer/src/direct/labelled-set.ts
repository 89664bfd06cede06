import { assertFinite, type CorrectnessMatrix, EmbedLLMError, type Matrix } from '@embedllm/core';

/** Embeddings of some questions and who answered them correctly. */
export interface LabelledSet {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
}

/**
 * Checks that a set is whole, and fits another one.
 *
 * @param name - What the set is for, for the message: `training`.
 * @throws EmbedLLMError `shape-mismatch` or `not-finite`.
 */
export function assertLabelledSet(set: LabelledSet, name: string, like?: LabelledSet): void {
  const { embeddings, correctness } = set;
  const problem =
    embeddings.rows !== correctness.questionCount
      ? `has ${embeddings.rows} embeddings for ${correctness.questionCount} questions`
      : embeddings.rows === 0
        ? 'has no question'
        : like && embeddings.cols !== like.embeddings.cols
          ? `has ${embeddings.cols} dimensions where training has ${like.embeddings.cols}`
          : like && correctness.models.join('\n') !== like.correctness.models.join('\n')
            ? 'has other models than training, or in another order'
            : undefined;
  if (problem) throw new EmbedLLMError('shape-mismatch', `The ${name} set ${problem}.`);
  assertFinite(embeddings, `${name} embeddings`);
}
