import { EmbedLLMError } from '@embedllm/internals';

/** Labels in coordinate format: entry i is the label of one question and one model. */
export interface LabelEntries {
  /** Row of each entry, below Q. */
  readonly questions: Uint32Array;
  /** Column of each entry, below M. */
  readonly models: Uint32Array;
  /** 1 correct, 0 incorrect. */
  readonly labels: Uint8Array;
}

/** Below this share of observed labels they are kept as a list instead of a table. */
export const SPARSE_DENSITY = 0.05;

/**
 * Checks entries against the names they are of.
 *
 * @throws EmbedLLMError `shape-mismatch` when lengths differ, `invalid-argument` when an index is
 * out of range, `invalid-data` on a label that is not 0 or 1.
 */
export function assertEntries(
  { questions, models, labels }: LabelEntries,
  names: { readonly questions: readonly string[]; readonly models: readonly string[] },
): void {
  const count = labels.length;
  if (questions.length !== count || models.length !== count) {
    throw new EmbedLLMError(
      `The entries have ${questions.length} questions, ${models.length} models and ${count} labels.`,
      { code: 'shape-mismatch' },
    );
  }
  const Q = names.questions.length;
  const M = names.models.length;
  for (let index = 0; index < count; index++) {
    const question = questions[index]!;
    const model = models[index]!;
    if (question >= Q || model >= M) {
      throw new EmbedLLMError(
        `Entry ${index} is for question ${question} and model ${model}, but there are ${Q} questions and ${M} models.`,
        { code: 'invalid-argument' },
      );
    }
    if (labels[index]! > 1) {
      throw new EmbedLLMError(
        `Label ${labels[index]} of model ${names.models[model]} on question ${names.questions[question]} is not 0 or 1.`,
        { code: 'invalid-data' },
      );
    }
  }
}
