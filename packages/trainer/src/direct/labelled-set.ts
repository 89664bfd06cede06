import { assertFinite, type CorrectnessMatrix, EmbedLLMError, Matrix } from '@embedllm/core';

/** Embeddings of some questions and who answered them correctly. */
export interface LabelledSet {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
}

/** What all sets share: the models in their order, and D where it is known. */
export interface SetShape {
  readonly models: readonly string[];
  readonly dimensions: number;
}

/**
 * Checks that a set is whole, and fits the training.
 *
 * @param name - What the set is for, for the message: `training`.
 * @throws EmbedLLMError `shape-mismatch` or `not-finite`.
 */
export function assertLabelledSet(set: LabelledSet, name: string, like?: SetShape): void {
  const { embeddings, correctness } = set;
  // Callers without types may pass anything.
  if (!(embeddings instanceof Matrix) || correctness?.questionCount === undefined) {
    throw new EmbedLLMError(
      `The ${name} set must have embeddings, a Matrix (Matrix.fromRows makes one), and correctness, a CorrectnessMatrix (correctnessFromRecords makes one).`,
      { code: 'invalid-argument' },
    );
  }
  const problem =
    embeddings.rows !== correctness.questionCount
      ? `has ${embeddings.rows} embeddings for ${correctness.questionCount} questions`
      : embeddings.rows === 0
        ? 'has no questions'
        : like && embeddings.cols !== like.dimensions
          ? `has ${embeddings.cols} dimensions, but the training set has ${like.dimensions}`
          : like && correctness.models.join('\n') !== like.models.join('\n')
            ? 'does not have the models of the training set in the same order'
            : undefined;
  if (problem) throw new EmbedLLMError(`The ${name} set ${problem}.`, { code: 'shape-mismatch' });
  assertFinite(embeddings, `${name} embeddings`);
}

/**
 * Refuses a training in which a model has nothing to learn from.
 *
 * @param isLabelled - Whether the model of an index has a training label.
 * @throws EmbedLLMError `invalid-data`, naming the first model without one.
 */
export function assertEveryModelLabelled(
  models: readonly string[],
  isLabelled: (model: number) => boolean,
): void {
  const unlabelled = models.find((_, model) => !isLabelled(model));
  if (unlabelled !== undefined) {
    throw new EmbedLLMError(
      `The model ${JSON.stringify(unlabelled)} has no labels for training. Leave it out, or add it after training.`,
      { code: 'invalid-data' },
    );
  }
}
