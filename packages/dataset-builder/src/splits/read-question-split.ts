import { DataError, EmbedLLMError, type QuestionSplit } from '@embedllm/core';
import { checkList } from '@embedllm/internals';
import { describePlace, quoteBriefly, requireColumn, requiredText } from '../csv/columns.js';
import { readRecords } from '../csv/read-records.js';

/** What a file calls the parts. */
const PARTS: ReadonlyMap<string, keyof QuestionSplit> = new Map([
  ['train', 'train'],
  ['val', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
]);

/** Options of `readQuestionSplit`. */
export interface ReadQuestionSplitOptions {
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads which part of a split each question belongs to, from a CSV file (plain or gzip) with
 * columns prompt_id and split, which is train, val (or validation) or test.
 *
 * @param questionIds - Ids of the dataset's questions, length Q; the split holds indices into it.
 * @returns ascending indices; every question is in exactly one part.
 * @throws DataError with file, row and field when the file is malformed, names an unknown
 * question or part, or names a question twice or not at all.
 * @throws EmbedLLMError `invalid-argument` when `questionIds` holds an id twice.
 *
 * @example
 * const ids = dataset.questions.map((question) => question.id);
 * const { train, validation, test } = await readQuestionSplit('splits.csv', ids);
 */
export async function readQuestionSplit(
  path: string,
  questionIds: readonly string[],
  options: ReadQuestionSplitOptions = {},
): Promise<QuestionSplit> {
  const indices = new Map(checkList('questionIds', questionIds).map((id, index) => [id, index]));
  if (indices.size !== questionIds.length) {
    throw new EmbedLLMError('The question ids are not unique.', { code: 'invalid-argument' });
  }
  const rows = new Uint32Array(questionIds.length);
  const split: { [part in keyof QuestionSplit]: number[] } = {
    train: [],
    validation: [],
    test: [],
  };
  await readRecords(
    path,
    (header) => {
      const id = requireColumn(header, 'prompt_id');
      const column = requireColumn(header, 'split');
      return (fields, row) => {
        const place = { file: path, row };
        const question = requiredText(fields, id, 'prompt_id', place);
        const index = indices.get(question);
        const name = requiredText(fields, column, 'split', place);
        if (index === undefined) {
          throw new DataError(`the dataset has no question ${quoteBriefly(question)}.`, {
            ...place,
            field: 'prompt_id',
          });
        }
        const part = PARTS.get(name);
        if (part === undefined) {
          throw new DataError(`must be train, val or test, but is ${quoteBriefly(name)}.`, {
            ...place,
            field: 'split',
          });
        }
        const earlier = rows[index]!;
        if (earlier !== 0) {
          const first = describePlace({ file: path, row: earlier });
          throw new DataError(
            `the question ${quoteBriefly(question)} is listed twice, first at ${first}.`,
            { ...place, field: 'prompt_id' },
          );
        }
        rows[index] = row;
        split[part].push(index);
      };
    },
    options,
  );
  const missing = questionIds.filter((_, index) => rows[index] === 0);
  if (missing.length > 0) {
    const shown = missing.slice(0, 5).map((id) => quoteBriefly(id));
    const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
    throw new DataError(
      `${missing.length} of ${questionIds.length} questions are not in any part: ${shown.join(', ')}${more}.`,
      { file: path, field: 'prompt_id' },
    );
  }
  for (const indicesOfPart of Object.values(split)) indicesOfPart.sort((a, b) => a - b);
  return split;
}
