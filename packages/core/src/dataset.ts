import type { CorrectnessMatrix } from './correctness/correctness-matrix.js';

/** A question of a benchmark. */
export interface Question {
  /** Unique within a data set. */
  readonly id: string;
  /** The text that an encoder reads. */
  readonly prompt: string;
  /** The benchmark or subject that it belongs to. */
  readonly category: string;
}

/** An LLM of the pool, with what is known about it. */
export interface ModelInfo {
  /** Unique within a pool; what a router returns. */
  readonly name: string;
  /** The lineage, such as `llama` or `qwen`. */
  readonly family?: string | undefined;
  /** Size in billions of parameters. */
  readonly parametersBillion?: number | undefined;
  /** List price in US dollars per million generated tokens. */
  readonly pricePerMillionOutputTokens?: number | undefined;
  /** Anything else, plain JSON. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Questions, models and who answered what correctly. */
export interface EvaluationDataset {
  /** In the order of the correctness matrix's questions. */
  readonly questions: readonly Question[];
  /** In the order of the correctness matrix's models. */
  readonly models: readonly ModelInfo[];
  readonly correctness: CorrectnessMatrix;
}
