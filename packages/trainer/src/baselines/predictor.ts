import type { Matrix } from '@embedllm/core';

/** Anything that predicts how likely each model answers each question correctly. */
export interface Predictor {
  /** For tables, with the settings that were chosen: `k-NN (k = 131)`. */
  readonly name: string;
  /**
   * @param embeddings - Question embeddings, shape [Q, D].
   * @returns probabilities, shape [Q, M].
   */
  predictProbabilities(embeddings: Matrix): Promise<Matrix>;
}
