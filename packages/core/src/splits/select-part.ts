import { EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';

/** One value a question: the rows of a matrix, the questions of labels, or the entries of a list. */
export type PerQuestion = Matrix | CorrectnessMatrix | readonly unknown[];

/** What `selectPart` makes of data: the same fields, of fewer questions. */
export type QuestionPart<Data> = {
  readonly [Field in keyof Data]: Data[Field] extends Matrix
    ? Matrix
    : Data[Field] extends CorrectnessMatrix
      ? CorrectnessMatrix
      : Data[Field] extends readonly (infer Entry)[]
        ? readonly Entry[]
        : never;
};

/**
 * Some of the questions, of everything that is known about them at once: embeddings `[Q, D]`,
 * labels `[Q, M]`, and lists of length Q such as texts and categories.
 *
 * @param data - Fields of any names, each with the same Q questions in the same order.
 * @param indices - Of the questions wanted, 0 to Q - 1, in the order wanted; where
 * there are labels, each at most once.
 * @returns Copies, with one question for each index.
 * @throws EmbedLLMError `shape-mismatch` when the fields differ in their number of questions,
 * `invalid-argument` when an index is out of range, or labels
 * are asked of a question twice.
 * @example
 * const train = selectPart({ embeddings, correctness, categories }, split.train);
 * console.log(train.embeddings.rows, train.correctness.questionCount, train.categories.length);
 */
export function selectPart<const Data extends { readonly [Field in keyof Data]: PerQuestion }>(
  data: Data,
  indices: readonly number[],
): QuestionPart<Data>;
export function selectPart(
  data: Readonly<Record<string, PerQuestion>>,
  indices: readonly number[],
): Record<string, PerQuestion> {
  assertSameQuestions(data);
  return Object.fromEntries(
    Object.entries(data).map(([field, values]) => [field, select(field, values, indices)]),
  );
}

function select(field: string, values: PerQuestion, indices: readonly number[]): PerQuestion {
  if (values instanceof Matrix) return values.selectRows(indices);
  if (isCorrectness(values)) return values.selectQuestions(indices);
  return indices.map((index) => {
    if (Number.isInteger(index) && index >= 0 && index < values.length) return values[index];
    throw new EmbedLLMError(
      `There is no question ${index} in ${field}, which has ${values.length}.`,
      { code: 'invalid-argument' },
    );
  });
}

/** A list of models among the fields, say, would otherwise be taken for one of questions. */
function assertSameQuestions(data: Readonly<Record<string, PerQuestion>>): void {
  const [first, ...others] = Object.entries(data).map(([field, values]) => ({
    field,
    count: countQuestions(values),
  }));
  const other = others.find(({ count }) => count !== first?.count);
  if (first && other) {
    throw new EmbedLLMError(
      `${first.field} has ${first.count} questions, but ${other.field} has ${other.count}.`,
      { code: 'shape-mismatch' },
    );
  }
}

function countQuestions(values: PerQuestion): number {
  if (values instanceof Matrix) return values.rows;
  return isCorrectness(values) ? values.questionCount : values.length;
}

/** By its shape, so that a matrix of another installed copy of this package is one too. */
function isCorrectness(values: PerQuestion): values is CorrectnessMatrix {
  return 'selectQuestions' in values;
}
