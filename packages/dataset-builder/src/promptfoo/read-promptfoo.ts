import { DataError } from '@embedllm/core';
import type { Header, Place } from '../csv/columns.js';
import { readHeader } from '../csv/read-header.js';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';
import type { MissingAnswers } from '../evals/read-evals.js';
import { isJsonObject, type JsonObject, ownValue, parseObject } from '../jsonl/parse-object.js';
import { parseRecords } from '../jsonl/parse-records.js';
import { readLines } from '../jsonl/read-lines.js';
import { headOf, readObject } from '../tables/sniff-syntax.js';
import type { RecordPlace, TableRecord } from '../tables/table-record.js';
import {
  type PromptfooAnswer,
  type PromptfooReading,
  promptfooAnswer,
} from './promptfoo-answer.js';
import { isPromptfooHeader, promptfooCsv } from './promptfoo-csv.js';

/** The forms in which promptfoo writes results: `--output` with .json, .jsonl or .csv. */
export type PromptfooForm = 'json' | 'jsonl' | 'csv';

/** Which form of promptfoo's results a file is, by its content; `undefined` if it is not one. */
export async function promptfooForm(
  file: string,
  options: ReadRecordsOptions,
): Promise<PromptfooForm | undefined> {
  const head = (await headOf(file, options)).trimStart();
  if (head.startsWith('{')) {
    const hasRows = head.includes('"promptIdx"') && head.includes('"testIdx"');
    if (hasRows && isRow(head.split('\n', 1)[0] ?? '')) return 'jsonl';
    const hasResults = /"results"\s*:\s*(?:\{|\[)/.test(head);
    return hasResults && (hasRows || head.includes('"evalId"')) ? 'json' : undefined;
  }
  if (!head.includes('[')) return undefined;
  const header = await readHeader(file, { ...options, repeatedColumns: true }).catch(
    () => undefined,
  );
  return header && isPromptfooHeader(header.columns) ? 'csv' : undefined;
}

/**
 * Reads the results of promptfoo: the question is the prompt with the variables put in, the model
 * the provider's label or id, and the label whether all assertions hold (`success`), or `score` where
 * grades are wanted. A provider's error and a judge that failed do not count as answers. Repeated tests repeat
 * their question.
 */
export async function readPromptfoo(
  file: string,
  form: PromptfooForm,
  reading: PromptfooReading,
  onRecord: (record: TableRecord, place: RecordPlace) => void,
  options: ReadRecordsOptions,
): Promise<MissingAnswers> {
  let errors = 0;
  let judges = 0;
  const take = (answer: PromptfooAnswer, place: Place): void => {
    if (answer.missing === 'error') errors++;
    if (answer.missing === 'judge') judges++;
    onRecord(answer, { ...place, fields: { prompt: 'prompt', score: answer.field } });
  };
  if (form === 'csv') {
    const onHeader = (header: Header) => {
      const read = promptfooCsv(header, reading);
      return (fields: readonly string[], row: number): void => {
        for (const answer of read(fields, { file, row })) take(answer, { file, row });
      };
    };
    await readRecords(file, onHeader, { ...options, repeatedColumns: true });
  } else if (form === 'jsonl') {
    for await (const { object, row } of parseRecords(file, readLines(file, options))) {
      take(promptfooAnswer(object, reading, { file, row }), { file, row });
    }
  } else {
    const rows = rowsOf(await readObject(file, options), file);
    for (const [index, row] of rows.entries()) {
      const place = { file, row: index + 1 };
      take(promptfooAnswer(row, reading, place), place);
    }
  }
  return { errors, judges };
}

function rowsOf(object: JsonObject, file: string): JsonObject[] {
  const results = ownValue(object, 'results');
  const rows: unknown = isJsonObject(results) ? ownValue(results, 'results') : results;
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new DataError('has no test results.', { file, field: 'results.results' });
  }
  return rows.map((row: unknown, index) => {
    if (isJsonObject(row)) return row;
    throw new DataError('must be a JSON object.', { file, row: index + 1 });
  });
}

function isRow(line: string): boolean {
  try {
    return Object.hasOwn(parseObject(line.trim(), { file: '' }), 'promptIdx');
  } catch {
    return false;
  }
}
