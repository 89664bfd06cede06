import {
  type CorrectnessMatrix,
  EmbedLLMError,
  type FactorizationModel,
  type Matrix,
  MISSING,
  type Progress,
  type QuestionSplit,
} from '@embedllm/core';

/** Questions with labels, and which of them train, validate and test. */
export interface ProbeData {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  /** The benchmark of each question, length Q. */
  readonly categories: readonly string[];
  /** Indices of questions; `validation` may be empty. */
  readonly split: QuestionSplit;
}

/** What a probe asks a trainer to train on. */
export interface TrainingRequest {
  /** Question embeddings, shape [q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [q, m]; every model has at least one. */
  readonly correctness: CorrectnessMatrix;
  /** Questions to choose settings on; `undefined` where the split has none. */
  readonly validation:
    | { readonly embeddings: Matrix; readonly correctness: CorrectnessMatrix }
    | undefined;
  /** Number of factors to train, asked only by `dimensionSweep`. */
  readonly dimensions: number | undefined;
  /** For trainers that draw random numbers: an unsigned 32-bit integer. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Trains a model; any trainer fits.
 *
 * @example
 * ```ts
 * const train: Train = async ({ embeddings, correctness, validation, dimensions, signal }) =>
 *   (
 *     await trainDirect({
 *       train: { embeddings, correctness },
 *       validation,
 *       signal,
 *       ...(dimensions === undefined ? {} : { ranks: [dimensions] }),
 *     })
 *   ).model;
 * ```
 */
export type Train = (request: TrainingRequest) => Promise<FactorizationModel>;

/** What every probe that trains takes. */
export interface TrainingProbeOptions {
  readonly data: ProbeData;
  readonly train: Train;
  /**
   * Trainings at a time, an integer from 1: more where `train` has them done elsewhere. Results do
   * not depend on it.
   *
   * @default 1
   */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each training, and once at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** @throws EmbedLLMError `shape-mismatch` or `invalid-argument` when parts do not fit together. */
export function assertProbeData({ embeddings, correctness, categories, split }: ProbeData): void {
  const Q = correctness.questionCount;
  if (embeddings.rows !== Q || categories.length !== Q) {
    throw new EmbedLLMError(
      `There are ${embeddings.rows} embeddings and ${categories.length} categories for ${Q} questions with labels.`,
      { code: 'shape-mismatch' },
    );
  }
  if (split.train.length === 0 || split.test.length === 0) {
    throw new EmbedLLMError('The split needs training and test questions.', {
      code: 'invalid-argument',
    });
  }
  const seen = new Uint8Array(Q);
  for (const [part, indices] of Object.entries(split) as [string, readonly number[]][]) {
    for (const index of indices) {
      if (!(Number.isInteger(index) && index >= 0 && index < Q) || seen[index]) {
        throw new EmbedLLMError(
          `Question ${index} of ${part} is not one of the ${Q} questions or occurs twice in the split.`,
          { code: 'invalid-argument' },
        );
      }
      seen[index] = 1;
    }
  }
}

/** The benchmarks of a data set, in order of first appearance. */
export function benchmarksOf({ categories }: ProbeData): string[] {
  return [...new Set(categories)];
}

/**
 * Models with a label in each of some sets of questions: only these can be compared between
 * trainings on the sets.
 *
 * @throws EmbedLLMError `invalid-data` when there are fewer than two.
 */
export function modelsLabelledInAll(
  correctness: CorrectnessMatrix,
  sets: readonly (readonly number[])[],
): number[] {
  const { labels, modelCount: M } = correctness;
  const models = Array.from({ length: M }, (_, m) => m).filter((m) =>
    sets.every((set) => set.some((q) => labels[q * M + m] !== MISSING)),
  );
  if (models.length < 2) {
    throw new EmbedLLMError(
      `Only ${models.length} of ${M} models have a label in every training set that the probe compares.`,
      { code: 'invalid-data' },
    );
  }
  return models;
}
