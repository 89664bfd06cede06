import { EmbedLLMError } from '@embedllm/core';
import { sizeOfFile } from '../files/read-bytes.js';
import type { ReadProgress } from '../progress.js';
import { describePlan } from './describe-plan.js';
import { readPlanned } from './read-planned.js';
import { describeInCode, type RepeatPolicy, type TableReading } from './table-options.js';
import { planTable } from './table-plan.js';
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
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** What was read from one table. */
export interface TableReport {
  /** As the caller gave it. */
  readonly file: string;
  /** Records, the header not counted; in a wide table one for each model. */
  readonly rows: number;
  /** In a line: which columns mean what, and how the file is written. */
  readonly understood: string;
  /** Records that say that a model was not asked. */
  readonly notAsked: number;
  /** What was noticed and users should know. */
  readonly remarks: readonly string[];
}

/** Reads tables into scores from 0 to 1. Memory is 18 bytes for each question and model, and the texts. */
export async function collectTables(
  files: string | readonly string[],
  options: CollectTablesOptions & {
    /** From where on a score from 0 to 1 is a vote for right, for a majority. */
    readonly threshold?: number | undefined;
  },
): Promise<{ scores: TableScores; tables: TableReport[] }> {
  const { signal, maxRecordBytes, onProgress, scale } = options;
  const paths = typeof files === 'string' ? [files] : files;
  if (paths.length === 0) {
    throw new EmbedLLMError('invalid-argument', 'At least one table is needed.');
  }
  assertScale(scale);
  const scores = new TableScores({
    onConflict: options.onConflict ?? 'refuse',
    defaultCategory: options.defaultCategory ?? 'uncategorized',
    maxCells: options.maxCells ?? 2 ** 28,
    threshold: options.threshold,
    describeOption: options.describeOption ?? describeInCode,
  });
  let totalBytes = 0;
  for (const file of paths) totalBytes += await sizeOfFile(file);
  let bytes = 0;
  const tables: TableReport[] = [];
  for (const file of paths) {
    const before = { records: scores.records, notAsked: scores.notAsked };
    const plan = await planTable(file, options, { signal, maxRecordBytes });
    const onBytes = (count: number): void => {
      bytes += count;
      onProgress?.({ bytes, totalBytes, rows: scores.records, file });
    };
    await readPlanned(plan, options, (record, place) => scores.add(record, place), {
      signal,
      maxRecordBytes,
      onBytes,
    });
    tables.push({
      file,
      rows: scores.records - before.records,
      understood: describePlan(plan),
      notAsked: scores.notAsked - before.notAsked,
      remarks: plan.remarks,
    });
  }
  return { scores, tables };
}

function assertScale(scale: CollectTablesOptions['scale']): void {
  if (scale === undefined) return;
  const { min, max } = scale;
  if (Number.isFinite(min) && Number.isFinite(max) && min < max) return;
  throw new EmbedLLMError('invalid-argument', `The scale ${min} to ${max} has no range.`);
}
