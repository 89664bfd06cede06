import {
  advice,
  CorrectnessMatrix,
  DataError,
  EmbedLLMError,
  type EvaluationDataset,
  namedOption,
} from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import type { Place } from '../csv/columns.js';
import { describeImport, type ImportReport } from '../embedllm/import-report.js';
import { orderOfIds, permute } from '../embedllm/order-of-ids.js';
import { type CollectTablesOptions, collectTables, type TableReport } from './collect-tables.js';
import { reaches, scaled, UNIT_SCALE } from './score-text.js';

/** Options of `readTables`. */
export interface ReadTablesOptions extends CollectTablesOptions {
  /**
   * The lowest score that counts as correct, on the scale of the scores: above its lowest, at most
   * its highest.
   *
   * @default scores must be the lowest or the highest
   */
  readonly threshold?: number | undefined;
}

/** A dataset as tables had it. */
export interface TableDataset extends EvaluationDataset {
  readonly report: ImportReport;
  /** What was read from each file, in the order given. */
  readonly tables: readonly TableReport[];
}

/**
 * Reads tables of any columns: CSV with commas, semicolons, tabs or bars, JSON Lines, Parquet, or a JSON
 * list of records (`[...]`, or an object with one list of objects), plain or gzip; and results of evaluation tools. A table is long (a row
 * for each question and model), wide (a column of scores for each model), or of one model.
 *
 * What columns mean is found out by their names and the first 200 records where the options do not
 * say it; where that leaves a doubt, the table is refused. A column without a name is never a model.
 * A table without ids knows its questions by their texts. Scores are 0 to 1 or of another `scale`,
 * true or false, yes or no, correct or incorrect, pass or fail, in any case; an empty field, NaN,
 * null, None, NA and N/A say that the model was not asked. Files are streamed, but one JSON object
 * around the list, which may have 256 MiB.
 *
 * A column of the tokens of answers, such as `output_tokens` or `usage.completion_tokens`, becomes each
 * model's `meanOutputTokens`.
 *
 * @returns questions by ascending id where all are integers, else in order of first appearance;
 * models in order of first appearance; their correctness, shape [Q, M]; and what was understood.
 * @throws DataError with file, row and field: `io` when a file cannot be read, `conflicting-labels`
 * when a model has two scores on a question, `invalid-data` on anything else that is malformed,
 * contradictory or in doubt.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, correctness, tables } = await readTables('judged.csv', { threshold: 0.5 });
 * console.log(tables[0]?.understood);
 */
export async function readTables(
  files: string | readonly string[],
  options: ReadTablesOptions = {},
): Promise<TableDataset> {
  const lowest = unitThreshold(checkObject('options', options));
  const { scores, tables } = await collectTables(files, { ...options, threshold: lowest });
  const names = scores.models;
  const found = scores.questions;
  const order = orderOfIds(found.map(({ id }) => id));
  const positions = permute(
    found.map((_, index) => index),
    order,
  );
  const questions = permute(found, order);
  const entries: { questions: number[]; models: number[]; labels: number[] } = {
    questions: [],
    models: [],
    labels: [],
  };
  for (const [row, position] of positions.entries()) {
    for (const [column, name] of names.entries()) {
      const score = scores.get(position, name);
      if (score === undefined) continue;
      entries.questions.push(row);
      entries.models.push(column);
      entries.labels.push(labelOf(score, lowest, () => scores.placeOf(position, name), options));
    }
  }
  const correctness = new CorrectnessMatrix({
    questions: questions.map(({ id }) => id),
    models: names,
    labels: {
      questions: Uint32Array.from(entries.questions),
      models: Uint32Array.from(entries.models),
      labels: Uint8Array.from(entries.labels),
    },
  });
  const dataset = { questions, models: scores.modelInfos, correctness };
  const report = describeImport(dataset, {
    files: tables.map(({ file, rows }) => ({ file, rows })),
    modelIds: names,
    duplicates: scores.duplicates,
    notAsked: scores.notAsked,
  });
  return { ...dataset, report, tables };
}

/** The threshold on the scale from 0 to 1. @throws EmbedLLMError where it is not on the scale. */
export function unitThreshold({
  threshold,
  scale = UNIT_SCALE,
}: ReadTablesOptions): number | undefined {
  const lowest = threshold === undefined ? undefined : scaled(threshold, scale);
  if (threshold === undefined || (lowest !== undefined && lowest > 0)) return lowest;
  throw new EmbedLLMError(
    advice`${namedOption('threshold')} must be above ${scale.min} and at most ${scale.max}, but is ${threshold}.`,
    { code: 'invalid-argument' },
  );
}

/** Makes a label of a score, both on the scale from 0 to 1. */
function labelOf(
  score: number,
  lowest: number | undefined,
  place: () => Place,
  { scale = UNIT_SCALE }: ReadTablesOptions,
): 0 | 1 {
  if (lowest !== undefined) return reaches(score, lowest) ? 1 : 0;
  if (score === 0 || score === 1) return score;
  const value = scale.min + score * (scale.max - scale.min);
  throw new DataError(
    advice`the score ${value} is neither right (${scale.max}) nor wrong (${scale.min}). Set the lowest score that counts as correct with ${namedOption('threshold')}, for example ${(scale.min + scale.max) / 2}.`,
    place(),
  );
}
