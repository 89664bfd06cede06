import type { DataError } from '@embedllm/core';
import { requireColumn } from '../csv/columns.js';
import { readHeader } from '../csv/read-header.js';
import { scanFile } from '../csv/scan-file.js';
import { MalformedCsv } from '../csv/scanned-record.js';
import type { Chunk } from '../files/hashing-reader.js';
import { codedSource } from './coded-source.js';
import { type CsvStaging, explainCsv } from './explain-csv.js';
import { ReaderCodes } from './long-csv-merger.js';
import { LongCsvReader, ProblemFound } from './long-csv-reader.js';
import { ScanGaveUp, scanInThreads } from './scan-in-threads.js';
import { type Problem, StageAgain, type StagingSource } from './staging.js';
import { type LongTable, mappedColumns } from './table-mapping.js';

/** Bytes of a part for a thread: enough that starting on it is negligible compared with reading it. */
const PART_BYTES: number = 1 << 22;

/** More threads than this that scan wait for the one that writes, and for that which hashes. */
const MAX_THREADS = 3;

/** Responses that one thread collects before it hands them on. */
const TAKEN_ROWS = 16_384;

/** How a long CSV file is read. */
export interface LongCsvStaging extends CsvStaging {
  readonly mapping: LongTable;
  readonly gzip: boolean;
  /** Length of the file. */
  readonly bytes: number;
  /** Threads that scan parts of the file; 0 where the caller's scans all. */
  readonly threads: number;
  /** @default PART_BYTES */
  readonly partBytes?: number | undefined;
  /** Called when reading starts, which can be twice: what it returns is called with how much was read. */
  readonly startReading: () => (bytes: number) => void;
  /** What is in the file, once, where another reads it. @default it is read */
  readonly chunks?: AsyncIterable<Chunk> | undefined;
}

/**
 * How many threads scan a file, next to the one that writes and the one that hashes. With two
 * processors these two are enough: a third thread takes from them what it brings.
 *
 * @returns 0 where the thread that writes scans too.
 */
export function scanningThreads(
  { gzip, bytes }: { readonly gzip: boolean; readonly bytes: number },
  threads: number,
  partBytes: number = PART_BYTES,
): number {
  if (gzip || threads < 3) return 0;
  return Math.min(threads - 1, MAX_THREADS, Math.floor(bytes / partBytes));
}

/**
 * Stages a long CSV file in one pass over its bytes. Ids become numbers as they are read, and each
 * question's texts go to the database once; a row that repeats them costs comparing them.
 */
export async function stageLongCsv(file: string, staging: LongCsvStaging): Promise<StagingSource> {
  const { mapping, modelKey, maxRecordBytes, signal, gzip, bytes, threads } = staging;
  const { columns, ...place } = await readHeader(file, { maxRecordBytes, signal });
  for (const name of mappedColumns(mapping)) requireColumn({ columns, ...place }, name);
  if (modelKey !== undefined) requireColumn({ columns, ...place }, modelKey);
  const explain = (problem: Problem): Promise<DataError> => explainCsv(file, staging, problem);
  const meaning = { columns, mapping, modelKey, maxRecordBytes };
  let { chunks } = staging;

  const inOneGo = codedSource(explain, async (merger) => {
    const reader = new LongCsvReader(meaning);
    const codes = new ReaderCodes();
    const read = staging.startReading();
    const onBytes = (count: number): void => {
      read(count);
      if (reader.rows >= TAKEN_ROWS) merger.add(reader.take(), codes);
    };
    const first = chunks;
    chunks = undefined;
    try {
      await scanFile(file, reader.scanner(0), { gzip, signal, onBytes, chunks: first });
      merger.add(reader.take(), codes);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof ProblemFound) throw await explain(cause.problem);
      if (!(cause instanceof MalformedCsv)) throw cause;
      throw await explain({ kind: 'unreadable', message: cause.message, cause });
    }
  });
  if (threads === 0) return inOneGo;

  const parts = Math.floor(bytes / (staging.partBytes ?? PART_BYTES));
  return codedSource(explain, async (merger) => {
    const onBytes = staging.startReading();
    try {
      await scanInThreads(
        { ...meaning, file, bytes },
        { threads, parts, signal, onBytes },
        (part, codes) => merger.add(part, codes),
      );
    } catch (cause) {
      signal?.throwIfAborted();
      // What is wrong, if anything, is found by one that reads all from the start.
      if (cause instanceof ScanGaveUp || cause instanceof ProblemFound) {
        throw new StageAgain(inOneGo);
      }
      throw cause;
    }
  });
}
