import { DataError } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { type ReadBytesOptions, readBytes } from '../files/read-bytes.js';
import { recordLimit, tooLong } from '../files/record-limit.js';

const NEWLINE = 0x0a;

/** Far above any real record; bounds what a file without newlines can take. */
const DEFAULT_MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/** Options of `readLines`. */
export interface ReadLinesOptions extends ReadBytesOptions {
  /** Longest line accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
}

/** A line that is not blank, without its ending. */
export interface Line {
  readonly text: string;
  /** Counted from 1, blank lines included. */
  readonly row: number;
}

/**
 * Streams the lines of a text file (plain or gzip; LF or CRLF; UTF-8, with or without byte order
 * mark), skipping blank ones. Memory holds a chunk and the longest line.
 *
 * @throws DataError with file and row, on bytes that are not text, a longer line than allowed, or
 * a file without any line.
 */
export async function* readLines(
  file: string,
  options: ReadLinesOptions = {},
): AsyncGenerator<Line, void, undefined> {
  const limit = recordLimit(options.maxRecordBytes, DEFAULT_MAX_RECORD_BYTES);
  let row = 1;
  let found = false;
  /** Pieces of a line that has not ended yet. */
  let pieces: Buffer[] = [];
  let length = 0;
  const add = (piece: Buffer): void => {
    length += piece.length;
    if (length > limit) throw new DataError(tooLong('the line', limit), { file, row });
    pieces.push(piece);
  };
  const take = (): string => {
    const bytes = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    return bytes.toString('utf8').trim();
  };
  for await (const chunk of checkText(file, readBytes(file, options))) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      add(chunk.subarray(start, end));
      const text = take();
      if (text !== '') {
        found = true;
        yield { text, row };
      }
      row++;
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  const text = take();
  if (text !== '') yield { text, row };
  else if (!found) throw new DataError('the file has no records.', { file });
}
