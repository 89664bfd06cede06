import type { CorrectnessMatrix, Matrix } from '@embedllm/core';

/** What may be known of questions besides their embeddings. */
export interface QuestionContext {
  /** The category of each question, length Q. */
  readonly categories?: readonly string[] | undefined;
  /** Only the oracle looks at the true labels. */
  readonly truth?: CorrectnessMatrix | undefined;
}

/** Anything that predicts how likely each model answers each question correctly. */
export interface Predictor {
  /** For tables, with the settings that were chosen: `k-NN (k = 131)`. */
  readonly name: string;
  /**
   * @param embeddings - Question embeddings, shape [Q, D].
   * @param context - For the predictors that need it; the others ignore it.
   * @returns probabilities, shape [Q, M].
   */
  predictProbabilities(embeddings: Matrix, context?: QuestionContext): Promise<Matrix>;
}
