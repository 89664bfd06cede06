import { advice, type CorrectnessBuilder, DataError, namedOption } from '@embedllm/core';
import { decimalCommaHint } from '@embedllm/internals';
import {
  findColumn,
  findColumnUnless,
  type Place,
  parseOptionalNumber,
  quoteBriefly,
  requireColumn,
  requiredText,
} from '../csv/columns.js';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';
import { LABELS, parseScore } from '../tables/score-text.js';
import type { ModelTable } from './model-table.js';
import type { QuestionTable } from './question-table.js';

/** Where the responses of a file go. */
export interface ResponseTarget extends ReadRecordsOptions {
  readonly questions: QuestionTable;
  readonly models: ModelTable;
  readonly builder: CorrectnessBuilder;
  /** Called with a record that says that the model was not asked. */
  readonly onNotAsked: () => void;
  /** The lowest score that counts as correct. @default scores are 0 or 1 */
  readonly threshold?: number | undefined;
}

/**
 * Reads a file of responses into the tables and the builder.
 *
 * @returns the number of records.
 * @throws DataError with file, row and field on anything malformed or contradictory.
 */
export function readResponses(file: string, target: ResponseTarget): Promise<number> {
  const { questions, models, builder, onNotAsked, threshold } = target;
  return readRecords(
    file,
    (header) => {
      const question = requireColumn(header, 'prompt_id');
      const model = requireColumn(header, 'model_id');
      const labelAt = requireColumn(header, 'label');
      const category = findColumnUnless(questions.closed, header, 'category');
      const prompt = findColumnUnless(questions.closed, header, 'prompt');
      const name = findColumnUnless(models.closed, header, 'model_name');
      const outputChars = findColumn(header, 'output_chars');
      return (fields, row) => {
        const place = { file, row };
        const questionId = requiredText(fields, question, 'prompt_id', place);
        const modelId = requiredText(fields, model, 'model_id', place);
        questions.mention(
          {
            id: questionId,
            category: category < 0 ? undefined : requiredText(fields, category, 'category', place),
            prompt: fields[prompt],
          },
          place,
        );
        const index = models.mention(
          modelId,
          name < 0 ? undefined : requiredText(fields, name, 'model_name', place),
          place,
        );
        const label = labelOf(fields[labelAt] ?? '', threshold, place);
        if (label === null) {
          builder.mention({ question: questionId, model: models.nameAt(index), location: place });
          onNotAsked();
          return;
        }
        const duplicates = builder.duplicates;
        builder.add({
          question: questionId,
          model: models.nameAt(index),
          label,
          location: { file, row, field: 'label' },
        });
        const chars = parseOptionalNumber(fields[outputChars], 'output_chars', place);
        const isNew = builder.duplicates === duplicates;
        if (isNew && chars !== undefined) models.noteOutputChars(index, chars);
      };
    },
    target,
  );
}

/** The label of a record; `null` where the model was not asked. */
function labelOf(text: string, threshold: number | undefined, place: Place): 0 | 1 | null {
  const score = parseScore(text);
  if (score === null) return null;
  if (score !== undefined && threshold !== undefined) return score >= threshold ? 1 : 0;
  if (score === 0 || score === 1) return score;
  throw new DataError(
    score === undefined
      ? `the label must be ${LABELS}, but is ${quoteBriefly(text)}.${decimalCommaHint(text)}`
      : advice`the label ${text} is graded. Set the lowest label that counts as correct with ${namedOption('threshold')}, for example 0.5.`,
    { ...place, field: 'label' },
  );
}
