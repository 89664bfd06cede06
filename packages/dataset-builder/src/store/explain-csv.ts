import { DataError } from '@embedllm/core';
import { decimalCommaHint } from '@embedllm/internals';
import { type Header, quoteBriefly } from '../csv/columns.js';
import { type RecordHandler, readRecords } from '../csv/read-records.js';
import { LABELS, parseScore } from '../tables/score-text.js';
import type { Problem } from './staging.js';
import type { LongTable } from './table-mapping.js';

/** How a CSV file is read. */
export interface CsvStaging {
  readonly mapping: LongTable;
  /** Column of an id that names are one to one with. @default none */
  readonly modelKey?: string | undefined;
  /** Longest record accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A record, read by the mapping. */
interface MappedRecord {
  readonly question: string;
  readonly category: string | undefined;
  readonly prompt: string | undefined;
  readonly model: string;
  readonly modelKey: string | undefined;
  readonly score: string;
}

/** Judges a record; what it returns is the error's message and field. */
type Judge = (record: MappedRecord, row: number) => [message: string, field: string] | undefined;

/**
 * Reads a file again, slowly and record by record, to say where a problem is. What is malformed
 * is found by the reader itself.
 */
export async function explainCsv(
  file: string,
  staging: CsvStaging,
  problem: Problem,
): Promise<DataError> {
  const judge = judgeOf(staging, problem);
  const code = problem.kind === 'labels' ? 'conflicting-labels' : 'invalid-data';
  try {
    const onHeader = (header: Header): RecordHandler => {
      const map = recordReader(header, staging);
      return (fields, row) => {
        const found = judge(map(fields), row);
        if (found) throw new DataError(found[0], { file, row, field: found[1], code });
      };
    };
    const { maxRecordBytes, signal } = staging;
    await readRecords(file, onHeader, { maxRecordBytes, signal });
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  const { message, cause } =
    problem.kind === 'unreadable'
      ? {
          message: `cannot be read, although each record is well-formed (${problem.message}).`,
          cause: problem.cause,
        }
      : { message: `is inconsistent (${problem.kind}).`, cause: undefined };
  return new DataError(message, { file, code, cause });
}

function recordReader(
  { columns }: Header,
  { mapping, modelKey }: CsvStaging,
): (fields: readonly string[]) => MappedRecord {
  const at = (name: string | undefined): number =>
    name === undefined ? -1 : columns.indexOf(name);
  const question = at(mapping.question);
  const category = at(mapping.category);
  const prompt = at(mapping.prompt);
  const key = at(modelKey);
  const model = at(mapping.model);
  const score = at(mapping.score);
  return (fields) => ({
    question: fields[question] ?? '',
    category: fields[category],
    prompt: fields[prompt],
    model: fields[model] ?? '',
    modelKey: fields[key],
    score: fields[score] ?? '',
  });
}

function judgeOf({ mapping, modelKey }: CsvStaging, problem: Problem): Judge {
  const modelField = mapping.model;
  switch (problem.kind) {
    case 'unreadable':
      return () => undefined;
    case 'question-id':
      return ({ question }) => (question === '' ? ['is empty.', mapping.question] : undefined);
    case 'model-id':
      return ({ model }) => (model === '' ? ['is empty.', modelField] : undefined);
    case 'score':
      return ({ score }) =>
        parseScore(score) === undefined
          ? [
              `the score must be ${LABELS}, but is ${quoteBriefly(score)}.${decimalCommaHint(score)}`,
              mapping.score,
            ]
          : undefined;
    case 'labels':
      return differing(problem.question, ({ model, score }) => {
        const value = model === problem.model ? parseScore(score) : null;
        return value === null
          ? undefined
          : [
              value,
              mapping.score,
              `model ${quoteBriefly(problem.model)} on question ${quoteBriefly(problem.question)} has a different score here`,
            ];
      });
    case 'category':
    case 'prompt':
      return differing(problem.question, (record) => [
        record[problem.kind],
        mapping[problem.kind] ?? problem.kind,
        `the question ${quoteBriefly(problem.question)} has a different ${problem.kind} here`,
      ]);
    case 'model-names':
      return differing(undefined, (record) =>
        record.modelKey === problem.modelKey
          ? [
              record.model,
              modelField,
              `the model id ${quoteBriefly(problem.modelKey)} has a different name here`,
            ]
          : undefined,
      );
    case 'model-keys':
      return differing(undefined, ({ model, modelKey: id }) =>
        model === problem.model
          ? [id, modelKey ?? '', `the model ${quoteBriefly(problem.model)} has a different id here`]
          : undefined,
      );
    case 'unknown-question':
      return ({ question }) =>
        question === problem.question
          ? [
              `the question ${quoteBriefly(question)} is not among those imported.`,
              mapping.question,
            ]
          : undefined;
    case 'unknown-model':
      return ({ model }) =>
        model === problem.model
          ? [`the model id ${quoteBriefly(problem.model)} is not among those imported.`, modelField]
          : undefined;
  }
}

/** Finds the first record that has another value than the first one. */
function differing(
  question: string | undefined,
  read: (
    record: MappedRecord,
  ) => readonly [value: unknown, field: string, what: string] | undefined,
): Judge {
  let first: { readonly value: unknown; readonly row: number } | undefined;
  return (record, row) => {
    if (question !== undefined && record.question !== question) return undefined;
    const found = read(record);
    if (found === undefined) return undefined;
    const [value, field, what] = found;
    first ??= { value, row };
    return value === first.value ? undefined : [`${what} from the one in row ${first.row}.`, field];
  };
}
