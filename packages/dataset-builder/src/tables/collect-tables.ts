import { advice, EmbedLLMError, namedOption, type Progress } from '@embedllm/core';
import { checkPaths, quantity } from '@embedllm/internals';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { findRowsTool } from '../evals/find-rows-tool.js';
import { evalsTool, type MissingAnswers, readEvals, readRowsOf } from '../evals/read-evals.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import { promptfooForm, readPromptfoo } from '../promptfoo/read-promptfoo.js';
import type { RepeatPolicy } from '../runs/repeated-answers.js';
import { describePlan } from './describe-plan.js';
import { modelOfFile } from './model-of-file.js';
import { isParquetFile } from './parquet-rows.js';
import { readPlanned } from './read-planned.js';
import type { AnswersReading, TableReading } from './table-options.js';
import { planTable } from './table-plan.js';
import type { RecordPlace, TableRecord } from './table-record.js';
import { TableScores } from './table-scores.js';

/** Options of `readTables`, without what makes labels of scores. */
export interface CollectTablesOptions extends TableReading {
  /**
   * What to do where a model has several scores on a question, in one file or in several: refuse
   * scores that differ, keep the first, let the last replace it, take the mean, or call right what
   * more than half of them call right.
   *
   * @default 'refuse'
   */
  readonly onConflict?: RepeatPolicy | undefined;
  /** Category of questions where the table has none. @default 'uncategorized' */
  readonly defaultCategory?: string | undefined;
  /** Largest number of questions times models, an integer of at least 1. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest record accepted, in bytes, an integer of at least 1. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk taken from the disk (256 KiB at most). */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

type CollectOptions = CollectTablesOptions &
  Pick<AnswersReading, 'answers'> & {
    /** From where on a score from 0 to 1 counts as correct, for a majority. */
    readonly threshold?: number | undefined;
  };

/** Options that results of promptfoo have no use for. */
const COLUMN_OPTIONS = [
  ...(['questionColumn', 'promptColumn', 'categoryColumn', 'modelColumn'] as const),
  ...(['modelColumns', 'model', 'separator', 'scale'] as const),
];

/** What was read from one table. */
export interface TableReport {
  /** As the caller gave it. */
  readonly file: string;
  /** Records, the header not counted; in a wide table one for each model. */
  readonly rows: number;
  /** In a line: which columns mean what, and how the file is written. */
  readonly understood: string;
  /** Lines of a gateway's log that were left out, because they are only the beginning of a record. */
  readonly tornRows: readonly number[];
  /** Records that say that a model was not asked. */
  readonly notAsked: number;
  /** What was noticed and users should know. */
  readonly remarks: readonly string[];
  /** Columns of scores that were taken for models although nothing said so: all that are scores. */
  readonly guessedModels: readonly string[];
  /** Columns that could be the score as well, where none was named. */
  readonly otherScores: readonly string[];
}

/** Reads tables into scores from 0 to 1. Memory is 18 bytes for each question and model, and the texts. */
export async function collectTables(
  files: string | readonly string[],
  options: CollectOptions,
): Promise<{ scores: TableScores; tables: TableReport[] }> {
  const { signal, maxRecordBytes, onProgress, scale } = options;
  const paths = checkPaths('files', files);
  if (paths.length === 0) {
    throw new EmbedLLMError('At least one table is required.', { code: 'invalid-argument' });
  }
  assertScale(scale);
  const scores = new TableScores({
    onConflict: options.onConflict ?? 'refuse',
    defaultCategory: options.defaultCategory ?? 'uncategorized',
    maxCells: options.maxCells ?? 2 ** 28,
    threshold: options.threshold,
  });
  let totalBytes = 0;
  for (const file of paths) totalBytes += await sizeOfFile(file);
  let bytes = 0;
  const tables: TableReport[] = [];
  for (const file of paths) {
    const { records, notAsked, reordered } = scores;
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.(readingProgress(file, bytes, totalBytes));
    };
    const read = await readInto(scores, file, options, {
      signal,
      maxRecordBytes,
      onBytes,
    });
    tables.push({
      file,
      rows: scores.records - records,
      notAsked: scores.notAsked - notAsked,
      ...read,
      remarks: [...read.remarks, ...remarkOnOrder(scores.reordered - reordered)],
    });
  }
  return { scores, tables };
}

/** Reads a file, which may be promptfoo's. */
async function readInto(
  scores: TableScores,
  file: string,
  options: CollectOptions,
  reading: ReadRecordsOptions,
): Promise<Omit<TableReport, 'file' | 'rows' | 'notAsked'>> {
  const { signal, maxRecordBytes } = reading;
  const add = (record: TableRecord, place: RecordPlace): void => scores.add(record, place);
  // Parquet is not text, and the tools below write none.
  const isText = !(await isParquetFile(file));
  const form = isText ? await promptfooForm(file, { signal, maxRecordBytes }) : undefined;
  if (form !== undefined) {
    assertNoColumns(file, 'promptfoo', COLUMN_OPTIONS, options);
    const { scoreColumn } = options;
    const graded = options.threshold !== undefined;
    const counts = await readPromptfoo(file, form, { scoreColumn, graded }, add, reading);
    const label = scoreColumn ?? (graded ? 'score' : 'success');
    return {
      understood: `Read ${file} as promptfoo results, question=prompt, model=provider, label=${label}`,
      ...{ remarks: remarksOn(counts), guessedModels: [], otherScores: [], tornRows: [] },
    };
  }
  const evals = isText ? await evalsTool(file, { signal, maxRecordBytes }) : undefined;
  const rows =
    (evals ?? isDescribed(options))
      ? undefined
      : await findRowsTool(file, { signal, maxRecordBytes });
  const tool = evals ?? rows;
  if (tool !== undefined) {
    const others = COLUMN_OPTIONS.filter((name) => name !== 'model');
    assertNoColumns(file, tool.name, others, options);
    const { scoreColumn, answers } = options;
    const named = options.model === undefined ? undefined : modelOfFile(file, options.model);
    // Answers need not name their model.
    const given = { model: named ?? (answers === true ? '' : undefined), scoreColumn };
    const missing = evals
      ? await readEvals(file, evals, given, add, reading)
      : await readRowsOf(file, rows!, given, add, reading);
    return {
      understood: `Read ${file} as ${tool.name} results, ${tool.understood}, label=${missing.scores.join('/') || (scoreColumn ?? 'score')}`,
      ...{ remarks: remarksOn(missing, 'model'), guessedModels: [], otherScores: [], tornRows: [] },
    };
  }
  const plan = await planTable(file, options, { signal, maxRecordBytes });
  const { remarks, guessedModels, otherScores } = plan;
  const tornRows: number[] = [];
  const onTorn = (row: number): void => {
    tornRows.push(row);
  };
  await readPlanned(plan, options, add, plan.isLog ? { ...reading, onTorn } : reading);
  return { understood: describePlan(plan), remarks, guessedModels, otherScores, tornRows };
}

function remarksOn({ errors, judges }: MissingAnswers, who = 'provider'): string[] {
  const said = (count: number, what: string): string[] =>
    count === 0
      ? []
      : [
          `${count} ${count === 1 ? 'answer is' : 'answers are'} missing because the ${what} failed.`,
        ];
  return [...said(errors, who), ...said(judges, 'judge')];
}

function remarkOnOrder(reordered: number): string[] {
  if (reordered === 0) return [];
  return [
    `${quantity(reordered, 'record')} ${reordered === 1 ? 'has' : 'have'} the choices of the question in a different order from its first record, whose text is kept.`,
  ];
}

/** Whether the columns are named: then a file is a table, whatever it looks like. */
function isDescribed({
  questionColumn,
  promptColumn,
  modelColumn,
  modelColumns,
}: CollectOptions): boolean {
  return [questionColumn, promptColumn, modelColumn, modelColumns].some(
    (name) => name !== undefined,
  );
}

/** @throws EmbedLLMError where an option would be ignored. */
function assertNoColumns(
  file: string,
  tool: string,
  names: readonly (typeof COLUMN_OPTIONS)[number][],
  options: CollectOptions,
): void {
  for (const name of names) {
    if (options[name] === undefined) continue;
    throw new EmbedLLMError(
      advice`${file} has results of ${tool}, whose columns are known. Remove ${namedOption(name)}.`,
      { code: 'invalid-argument' },
    );
  }
}

function assertScale(scale: CollectTablesOptions['scale']): void {
  if (scale === undefined) return;
  const { min, max } = scale;
  if (Number.isFinite(min) && Number.isFinite(max) && min < max) return;
  throw new EmbedLLMError(`The scale ${min} to ${max} is empty.`, { code: 'invalid-argument' });
}
