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
  /** List price in US dollars per million tokens read. */
  readonly pricePerMillionInputTokens?: number | undefined;
  /** Tokens of a usual answer, hidden reasoning included. */
  readonly meanOutputTokens?: number | undefined;
  /** The most tokens that question and answer may have together. */
  readonly contextLength?: number | undefined;
  /** Usual time until an answer is complete, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** What it can do beyond text, such as `tools` or `vision`. */
  readonly capabilities?: readonly string[] | undefined;
  /** Where it is served, such as `eu`. */
  readonly regions?: readonly string[] | undefined;
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
