import type { CorrectnessMatrix, Matrix } from '@embedllm/core';

/** Embeddings of some questions and who answered them correctly. */
export interface LabelledSet {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
}
