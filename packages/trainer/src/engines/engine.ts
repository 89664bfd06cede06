import type { Matrix } from '@embedllm/core';

/** Labels and embeddings of some questions: what one fused training step reads. */
export interface LabelledQuestions {
  /** Question embeddings, shape [q, D]. */
  readonly embeddings: Matrix;
  /** Row-major [q, M]: 1 correct, 0 incorrect, core's `MISSING` (255) not asked. */
  readonly labels: Uint8Array;
}

/** One logistic regression per model: z = weights_m . x + bias_m. */
export interface LinearParameters {
  /** Shape [M, D]. */
  readonly weights: Matrix;
  /** Length M. */
  readonly bias: Float32Array;
}

/** First derivatives of the summed log loss; missing labels contribute nothing. */
export interface LogisticGradient {
  /** Rᵀ X with R = sigmoid(Z) - Y, shape [M, D]. */
  readonly weights: Matrix;
  /** Column sums of R, length M. */
  readonly bias: Float32Array;
  /** Sum of the log losses in nats. */
  readonly loss: number;
}

/**
 * Where dense products run. Narrow on purpose: three products are all that training needs, so an
 * engine for another runtime is an afternoon's work.
 *
 * An engine is deterministic: the same calls give the same bits. Different engines agree to
 * 32-bit rounding.
 */
export interface Engine {
  /** Names the runtime and its threads, for reports: `onnxruntime (2 threads)`. */
  readonly name: string;
  /** Xᵀ X of X [q, D], shape [D, D]: 2 q D² FLOPs. */
  gram(embeddings: Matrix): Promise<Matrix>;
  /** A Bᵀ of A [n, k] and B [m, k], shape [n, m]: 2 n m k FLOPs. */
  multiplyTransposed(a: Matrix, b: Matrix): Promise<Matrix>;
  /** Loss and gradient over one tile of questions: 4 q D M FLOPs. */
  logisticGradient(
    questions: LabelledQuestions,
    parameters: LinearParameters,
  ): Promise<LogisticGradient>;
  /** Frees what the engine holds; it cannot be used afterwards. */
  dispose(): Promise<void>;
}
