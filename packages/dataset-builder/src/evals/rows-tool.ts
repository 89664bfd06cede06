import { advice, DataError, namedOption } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import type { TableRow } from '../tables/table-row.js';
import type { EvalsAnswer, EvalsReading } from './evals-answer.js';

/** An evaluation tool whose results are records, in JSON, JSONL, CSV or Parquet. */
export interface RowsTool {
  readonly name: string;
  /** What stands for the question and the model in its records, for people. */
  readonly understood: string;
  /** Whether the first record of a file is one of its. */
  readonly isOf: (first: TableRow) => boolean;
  /** Begins to read a file. */
  readonly read: (reading: EvalsReading, file: string) => RowsReader | Promise<RowsReader>;
}

/** Reads the records of one file. */
export interface RowsReader {
  /** @returns what a record has; `undefined` where it is not an answer. */
  readonly row: (row: TableRow) => EvalsAnswer | undefined;
  /** What is known only after the last record. */
  readonly end?: () => Iterable<EvalsAnswer>;
}

/** The model of an answer. @throws DataError where nothing says it. */
export function modelOf(
  said: string | undefined,
  { model }: EvalsReading,
  place: Place & { readonly field: string },
): string {
  const name = said ?? model;
  if (name !== undefined) return name;
  throw new DataError(
    advice`does not name the model. Name it with ${namedOption('model', 'NAME')}, or use {file} for the file's name.`,
    place,
  );
}
