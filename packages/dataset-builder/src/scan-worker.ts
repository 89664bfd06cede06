// A thread that reads parts of a long CSV file, driven by `scanInThreads`.
import { closeSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { guessRecordStart } from './csv/guess-record-start.js';
import { openToRead, scanChunks } from './csv/scan-file.js';
import { buffersOf } from './store/long-csv-part.js';
import { LongCsvReader } from './store/long-csv-reader.js';
import type { ScanAnswer, ScanRequest, ScanTask } from './store/scan-in-threads.js';

/** Bytes in which the start of a record is looked for, first few, then many. */
const WINDOWS: readonly number[] = [1 << 16, 1 << 22];

const { file: path, bytes, ...columns } = workerData as ScanTask;
const reader = new LongCsvReader(columns);
const file = openToRead(path);
/** Where the part before ends: the next one to this thread often follows it. */
let before = { until: 0, end: 0 };

parentPort?.on('message', ({ index, from, until }: ScanRequest) => {
  let answer: ScanAnswer;
  try {
    const start = from === before.until ? before.end : startAfter(from);
    const scanner = reader.scanner(start, until);
    for (const _ of scanChunks(path, file, scanner));
    before = { until, end: scanner.position };
    answer = { index, start, end: scanner.position, part: reader.take() };
  } catch (error) {
    answer = { index, failed: String(error) };
  }
  parentPort?.postMessage(answer, 'part' in answer ? buffersOf(answer.part) : []);
});
parentPort?.once('close', () => closeSync(file));

/** Position of the first record that starts at a position or after it. */
function startAfter(position: number): number {
  for (const size of WINDOWS) {
    const window = Buffer.allocUnsafeSlow(size);
    const count = readSync(file, window, 0, size, position - 1);
    const atEnd = position - 1 + count >= bytes;
    const offset = guessRecordStart(window.subarray(0, count), columns.columns.length, atEnd);
    if (offset !== undefined) return position - 1 + offset;
  }
  throw new Error('no records were found');
}
