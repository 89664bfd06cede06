import { DataError } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { sizeOfFile } from '../files/read-bytes.js';
import { errorCode } from '../files/read-error.js';
import { CutOffError, parseRecords } from '../jsonl/parse-records.js';
import { readLines } from '../jsonl/read-lines.js';
import { assertCollectRecord, type CollectRecord } from './collect-record.js';

/** Options of `readCollectRecords`. */
export interface ReadCollectRecordsOptions {
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a file of records holds. */
export interface ReadRecords {
  /** The last of each call, in the order of the first. */
  readonly records: ReadonlyMap<string, CollectRecord>;
  /** US dollars of all lines. */
  readonly cost: number;
}

/**
 * Reads the record of a collection: the last line of each call. A last line that was cut off, as
 * when the process was killed, is left out.
 *
 * @throws DataError with file, row and field where another line is malformed; `io` where the file
 * is missing.
 */
export async function readCollectRecords(
  file: string,
  options: ReadCollectRecordsOptions = {},
): Promise<CollectRecord[]> {
  return [...(await readRecordFile(file, checkObject('options', options))).records.values()];
}

/** Reads a record, with what all of its calls cost; a file that is missing or empty has none. */
export async function readRecordFile(
  file: string,
  options: ReadCollectRecordsOptions & { readonly mayBeMissing?: boolean | undefined } = {},
): Promise<ReadRecords> {
  const records = new Map<string, CollectRecord>();
  let cost = 0;
  if (options.mayBeMissing === true && !(await hasContent(file))) return { records, cost };
  try {
    for await (const { object, row } of parseRecords(file, readLines(file, options))) {
      assertCollectRecord(object, file, row);
      records.set(object.call, object);
      cost += object.cost;
    }
  } catch (error) {
    if (!(error instanceof CutOffError)) throw error;
  }
  return { records, cost };
}

async function hasContent(file: string): Promise<boolean> {
  try {
    return (await sizeOfFile(file)) > 0;
  } catch (error) {
    if (error instanceof DataError && errorCode(error.cause) === 'ENOENT') return false;
    throw error;
  }
}
