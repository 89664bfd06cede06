import type { CorrectnessBuilder } from '@embedllm/core';
import {
  findColumn,
  findColumnUnless,
  parseLabel,
  parseOptionalNumber,
  requireColumn,
  requiredText,
} from '../csv/columns.js';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';
import type { ModelTable } from './model-table.js';
import type { QuestionTable } from './question-table.js';

/** Where the responses of a file go. */
export interface ResponseTarget extends ReadRecordsOptions {
  readonly questions: QuestionTable;
  readonly models: ModelTable;
  readonly builder: CorrectnessBuilder;
  readonly onRow: () => void;
}

/**
 * Reads a file of responses into the tables and the builder.
 *
 * @returns the number of records.
 * @throws DataError with file, row and field on anything malformed or contradictory.
 */
export function readResponses(file: string, target: ResponseTarget): Promise<number> {
  const { questions, models, builder, onRow } = target;
  return readRecords(
    file,
    (header) => {
      const question = requireColumn(header, 'prompt_id');
      const model = requireColumn(header, 'model_id');
      const label = requireColumn(header, 'label');
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
        const duplicates = builder.duplicates;
        builder.add({
          question: questionId,
          model: models.nameAt(index),
          label: parseLabel(fields[label], place),
          location: { file, row, field: 'label' },
        });
        const chars = parseOptionalNumber(fields[outputChars], 'output_chars', place);
        const isNew = builder.duplicates === duplicates;
        if (isNew && chars !== undefined) models.noteOutputChars(index, chars);
        onRow();
      };
    },
    target,
  );
}
