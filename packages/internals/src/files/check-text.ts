import { isUtf8 } from 'node:buffer';
import { DataError } from '../errors/errors.js';

const NEWLINE = 0x0a;

/** Length of the byte order mark of UTF-8, the longest one looked for. */
const MARK_BYTES = 3;

/**
 * Passes bytes on that are proven to be UTF-8 text without NUL, less a leading byte order mark.
 *
 * @throws DataError with the line of the first bad byte, on invalid UTF-8, NUL bytes or UTF-16.
 */
export async function* checkText(
  file: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let line = 1;
  /** Bytes held back: the start of the file, or of a character that a chunk cut in two. */
  let carried: Buffer = Buffer.alloc(0);
  let atStart = true;
  const accept = (bytes: Buffer, complete: number): Buffer => {
    const nul = bytes.indexOf(0);
    if (nul >= 0) {
      // Invalid text may stand before it.
      const before = bytes.subarray(0, nul);
      if (!isUtf8(before)) throw invalidUtf8(file, line, before);
      throw new DataError('contains a NUL byte, so it is not a text file or is damaged.', {
        file,
        row: line + countNewlines(before),
      });
    }
    const whole = bytes.subarray(0, complete);
    if (!isUtf8(whole)) throw invalidUtf8(file, line, whole);
    carried = bytes.subarray(complete);
    line += countNewlines(whole);
    return whole;
  };
  for await (const chunk of chunks) {
    let bytes: Buffer = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    if (atStart) {
      carried = bytes;
      if (bytes.length < MARK_BYTES) continue;
      bytes = withoutByteOrderMark(file, bytes);
      atStart = false;
    }
    const whole = accept(bytes, bytes.length - incompleteTail(bytes));
    if (whole.length > 0) yield whole;
  }
  const rest = atStart ? withoutByteOrderMark(file, carried) : carried;
  if (rest.length > 0) yield accept(rest, rest.length);
}

/** How many of the bytes 0x0A there are. */
function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function withoutByteOrderMark(file: string, bytes: Buffer): Buffer {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new DataError('is UTF-16 text. Save it as UTF-8.', { file, row: 1 });
  }
  return bytes;
}

/** How many bytes at the end begin a character of UTF-8 that is not complete yet: 0 to 3. */
function incompleteTail(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

function invalidUtf8(file: string, line: number, bytes: Buffer): DataError {
  // A newline never belongs to a longer character, so each line can be judged alone.
  let start = 0;
  let row = line;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (newline < 0 || !isUtf8(bytes.subarray(start, end))) {
      return new DataError('is not valid UTF-8. Save it as UTF-8.', { file, row });
    }
    start = newline + 1;
    row++;
  }
}
