import { type PerQuestion, type QuestionPart, selectPart } from './select-part.js';
import type { QuestionSplit } from './split-questions.js';

/** What `applySplit` returns: the parts under the names that training takes them by. */
export interface SplitParts<Data> {
  readonly train: QuestionPart<Data>;
  readonly validation: QuestionPart<Data>;
  readonly test: QuestionPart<Data>;
}

/**
 * Divides what is known about questions as a split says: embeddings `[Q, D]`, labels `[Q, M]`, and
 * lists of length Q such as texts and categories.
 *
 * @param data - Fields of any names, each with the same Q questions in the same order.
 * @returns Copies of the three parts.
 * @throws EmbedLLMError `shape-mismatch` when the fields differ in their number of questions,
 * `invalid-argument` when the split names a question that is not there.
 * @example
 * const { train, validation, test } = applySplit({ embeddings, correctness }, split);
 * console.log(train.embeddings.rows, validation.embeddings.rows, test.correctness.questionCount);
 */
export function applySplit<const Data extends { readonly [Field in keyof Data]: PerQuestion }>(
  data: Data,
  split: QuestionSplit,
): SplitParts<Data> {
  return {
    train: selectPart(data, split.train),
    validation: selectPart(data, split.validation),
    test: selectPart(data, split.test),
  };
}
