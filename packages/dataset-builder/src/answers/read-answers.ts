import { type Answer, DataError } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import {
  type CollectTablesOptions,
  collectTables,
  type TableReport,
} from '../tables/collect-tables.js';
import { idOfText } from '../tables/read-planned.js';
import { unitThreshold } from '../tables/read-tables.js';
import { reaches } from '../tables/score-text.js';

/** An answer as a file has it. Its `question` is the identifier, `undefined` where there is none. */
export interface MarkedAnswer extends Answer<string | undefined> {
  /** Text of the question, where the file has it. */
  readonly prompt: string | undefined;
  /** Name of the model, where the file has it. */
  readonly model?: string | undefined;
  /** Line of the file, where the answer is from a table. */
  readonly row?: number | undefined;
}

/** Options of `readAnswers`. */
export interface ReadAnswersOptions
  extends Omit<
    CollectTablesOptions,
    'categoryColumn' | 'defaultCategory' | 'guess' | 'model' | 'modelColumns'
  > {
  /**
   * From where on a score counts as correct, on the scale of the scores; outcomes are then 0 or 1.
   *
   * @default outcomes are as good as the scores say
   */
  readonly threshold?: number | undefined;
  /** Called with what was understood of the file. */
  readonly onTable?: ((table: TableReport) => void) | undefined;
}

/**
 * Reads marked answers from a table of any form that `readTables` takes: CSV, JSON Lines, a JSON
 * list or results of promptfoo, plain or gzip. The table need not name the model. A record names its
 * question by its id, its text, or both. A record that says that the model was not asked is left out.
 *
 * @returns the answers in the order in which their questions appear, at least one; each question once
 * for each model.
 * @throws DataError with file, row and field: `io` when the file cannot be read,
 * `conflicting-labels` when a model has two scores on a question, `invalid-data` on anything else
 * that is malformed or in doubt.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const answers = await readAnswers('new-model.csv');
 * console.log(answers[0]); // { question: 'gsm8k/17', prompt: undefined, outcome: 1, row: 2 }
 */
export async function readAnswers(
  file: string,
  options: ReadAnswersOptions = {},
): Promise<MarkedAnswer[]> {
  const { onTable, ...reading } = checkObject('options', options);
  const threshold = unitThreshold(options);
  const { scores, tables } = await collectTables(file, { ...reading, threshold, answers: true });
  for (const table of tables) onTable?.(table);
  const models = scores.models;
  const answers = scores.said.flatMap(({ id, prompt }, position) =>
    models.flatMap((model): MarkedAnswer[] => {
      const score = scores.get(position, model);
      if (score === undefined) return [];
      const isText = prompt !== undefined && idOfText(prompt) === id;
      return [
        {
          question: isText ? undefined : id,
          prompt,
          model: model === '' ? undefined : model,
          outcome: threshold === undefined ? score : Number(reaches(score, threshold)),
          row: scores.placeOf(position, model).row,
        },
      ];
    }),
  );
  if (answers.length === 0) throw new DataError('has no answers.', { file });
  return answers;
}
