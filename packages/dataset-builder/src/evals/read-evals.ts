import type { ReadRecordsOptions } from '../csv/read-records.js';
import type { JsonObject } from '../jsonl/parse-object.js';
import { headOf, readObject } from '../tables/sniff-syntax.js';
import type { RecordPlace, TableRecord } from '../tables/table-record.js';
import { evaliteAnswers, isEvalite } from './evalite.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';
import { isVitestReport, vitestEvalsAnswers } from './vitest-evals.js';

/** An evaluation tool whose results are one JSON object. */
export interface EvalsTool {
  readonly name: 'evalite' | 'vitest-evals';
  /** Whether the beginning of a JSON object is that of its results. */
  readonly isOf: (head: string) => boolean;
  readonly answers: (
    results: JsonObject,
    reading: EvalsReading,
    file: string,
  ) => Generator<EvalsAnswer>;
}

const TOOLS: readonly EvalsTool[] = [
  { name: 'evalite', isOf: isEvalite, answers: evaliteAnswers },
  { name: 'vitest-evals', isOf: isVitestReport, answers: vitestEvalsAnswers },
];

/** The tool whose results a file has, by its content; `undefined` where it is none of these. */
export async function evalsTool(
  file: string,
  options: ReadRecordsOptions,
): Promise<EvalsTool | undefined> {
  const head = (await headOf(file, options)).trimStart();
  return head.startsWith('{') ? TOOLS.find(({ isOf }) => isOf(head)) : undefined;
}

/** What is missing in results. */
export interface MissingAnswers {
  /** Answers that are missing because the model or its harness failed. */
  readonly errors: number;
  /** Answers that are missing because nothing judged them. */
  readonly judges: number;
}

/** Reads the results of a tool. @throws DataError with the position of the result. */
export async function readEvals(
  file: string,
  { answers }: EvalsTool,
  reading: EvalsReading,
  onRecord: (record: TableRecord, place: RecordPlace) => void,
  options: ReadRecordsOptions,
): Promise<MissingAnswers> {
  let errors = 0;
  let judges = 0;
  for (const { row, field, missing, ...record } of answers(
    await readObject(file, options),
    reading,
    file,
  )) {
    if (missing === 'error') errors++;
    if (missing === 'judge') judges++;
    onRecord(record, { file, row, fields: { prompt: 'input', score: field } });
  }
  return { errors, judges };
}
