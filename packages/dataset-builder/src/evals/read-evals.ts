import type { ReadRecordsOptions } from '../csv/read-records.js';
import type { JsonObject } from '../jsonl/parse-object.js';
import { readRows } from '../tables/read-rows.js';
import { headOf, readObject, sniffSyntax } from '../tables/sniff-syntax.js';
import type { RecordPlace, TableRecord } from '../tables/table-record.js';
import type { TableRow } from '../tables/table-row.js';
import { deepEvalAnswers, isDeepEval } from './deepeval.js';
import { evaliteAnswers, isEvalite } from './evalite.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';
import type { RowsTool } from './rows-tool.js';
import { isVitestReport, vitestEvalsAnswers } from './vitest-evals.js';

/** An evaluation tool whose results are one JSON object. */
export interface EvalsTool {
  readonly name: string;
  /** What stands for the question and the model, for people. */
  readonly understood: string;
  /** Whether the beginning of a JSON object is that of its results. */
  readonly isOf: (head: string) => boolean;
  readonly answers: (
    results: JsonObject,
    reading: EvalsReading,
    file: string,
  ) => Generator<EvalsAnswer>;
}

const TOOLS: readonly EvalsTool[] = [
  {
    name: 'evalite',
    understood: 'question=input, model=variant',
    isOf: isEvalite,
    answers: evaliteAnswers,
  },
  {
    ...{ name: 'vitest-evals', understood: 'question=messages, model=session.model' },
    ...{ isOf: isVitestReport, answers: vitestEvalsAnswers },
  },
  {
    ...{ name: 'DeepEval', understood: 'question=input, model=hyperparameters.model' },
    ...{ isOf: isDeepEval, answers: deepEvalAnswers },
  },
];

/** The tool whose results a file has, by its content; `undefined` if it is not one of these. */
export async function evalsTool(
  file: string,
  options: ReadRecordsOptions,
): Promise<EvalsTool | undefined> {
  const head = (await headOf(file, options)).trimStart();
  return head.startsWith('{') ? TOOLS.find(({ isOf }) => isOf(head)) : undefined;
}

/** Answers that are missing from results. */
export interface MissingAnswers {
  /** Answers that are missing because the model or its harness failed. */
  readonly errors: number;
  /** Answers that are missing because nothing judged them. */
  readonly judges: number;
}

/** What was read of results. */
export interface ReadResults extends MissingAnswers {
  /** Names of the scores that count. */
  readonly scores: readonly string[];
}

/** Reads the results of a tool. @throws DataError with the position of the result. */
export async function readEvals(
  file: string,
  { answers }: EvalsTool,
  reading: EvalsReading,
  onRecord: (record: TableRecord, place: RecordPlace) => void,
  options: ReadRecordsOptions,
): Promise<ReadResults> {
  const counts = { errors: 0, judges: 0 };
  const names = new Set<string>();
  const take = taker(file, { counts, names }, onRecord);
  for (const answer of answers(await readObject(file, options), reading, file)) take(answer);
  return { ...counts, scores: [...names] };
}

/** Reads the records of a tool. @throws DataError with file, row and field. */
export async function readRowsOf(
  file: string,
  tool: RowsTool,
  reading: EvalsReading,
  onRecord: (record: TableRecord, place: RecordPlace) => void,
  options: ReadRecordsOptions,
): Promise<ReadResults> {
  const counts = { errors: 0, judges: 0 };
  const names = new Set<string>();
  const take = taker(file, { counts, names }, onRecord);
  const reader = await tool.read(reading, file);
  const onRow = (row: TableRow): undefined => {
    const answer = reader.row(row);
    if (answer !== undefined) take(answer);
  };
  await readRows(file, await sniffSyntax(file, options), onRow, options);
  for (const answer of reader.end?.() ?? []) take(answer);
  return { ...counts, scores: [...names] };
}

/** Hands answers on, and notes which scores they have and what is missing. */
function taker(
  file: string,
  { counts, names }: { counts: { errors: number; judges: number }; names: Set<string> },
  onRecord: (record: TableRecord, place: RecordPlace) => void,
): (answer: EvalsAnswer) => void {
  return ({ row, field, missing, ...record }) => {
    if (missing === undefined) names.add(field);
    if (missing === 'error') counts.errors++;
    if (missing === 'judge') counts.judges++;
    onRecord(record, { file, row, fields: { prompt: 'input', score: field } });
  };
}
