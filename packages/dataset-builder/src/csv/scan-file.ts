import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { CHUNK_BYTES, type Chunk, ROOM } from '../files/hashing-reader.js';
import { readBytes } from '../files/read-bytes.js';
import { readError } from '../files/read-error.js';
import type { RecordScanner } from './record-scanner.js';

/** Chunks after which others have their turn: about 10 ms. */
const CHUNKS_A_TURN = 32;

/** Options of `scanFile`. */
export interface ScanFileOptions {
  readonly gzip: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of further bytes that were read, before decompression. */
  readonly onBytes: (count: number) => void;
  /** Chunks of an uncompressed file that something else reads. @default the file is read */
  readonly chunks?: AsyncIterable<Chunk> | undefined;
}

/** Scans a CSV file, plain or gzip. @throws DataError `io` when it cannot be read; what `push` throws. */
export async function scanFile(
  file: string,
  scanner: RecordScanner,
  { gzip, signal, onBytes, chunks }: ScanFileOptions,
): Promise<void> {
  if (gzip) {
    for await (const chunk of readBytes(file, { signal, onBytes })) {
      scanner.push(chunk, 0, chunk.length);
    }
    scanner.finish();
    return;
  }
  let count = 0;
  const next = async (bytes: number): Promise<void> => {
    onBytes(bytes);
    if (++count % CHUNKS_A_TURN === 0) await turn();
    signal?.throwIfAborted();
  };
  if (chunks !== undefined) {
    for await (const { buffer, start, end } of chunks) {
      scanner.push(buffer, start, end);
      await next(end - start);
    }
    scanner.finish();
    return;
  }
  const opened = openToRead(file);
  try {
    for (const bytes of scanChunks(file, opened, scanner)) await next(bytes);
  } finally {
    closeSync(opened);
  }
}

/** @throws DataError `io` */
export function openToRead(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw readError(file, error);
  }
}

/**
 * Scans from the scanner's position until it is done or the file ends, and gives the length of each
 * chunk. Reading blocks: handing a chunk that the system has at hand from another thread to this
 * one takes longer than copying it.
 *
 * @param opened - the file's descriptor.
 * @throws DataError `io`; what `push` throws.
 */
export function* scanChunks(
  file: string,
  opened: number,
  scanner: RecordScanner,
): Generator<number, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(ROOM + CHUNK_BYTES);
  let at = scanner.position;
  while (!scanner.isDone) {
    const count = read(file, opened, buffer, at);
    if (count === 0) {
      scanner.finish();
      return;
    }
    at += count;
    scanner.push(buffer, ROOM, ROOM + count);
    yield count;
  }
}

function read(file: string, opened: number, buffer: Buffer, at: number): number {
  try {
    return readSync(opened, buffer, ROOM, CHUNK_BYTES, at);
  } catch (error) {
    throw readError(file, error);
  }
}
