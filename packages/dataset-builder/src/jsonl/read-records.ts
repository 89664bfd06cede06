import { checkText } from '@embedllm/internals/files';
import { readBytes } from '../files/read-bytes.js';
import { MemberScanner } from './member-scanner.js';
import { type Line, type ReadLinesOptions, readLines } from './read-lines.js';

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * Streams JSON records: one per line, or the elements of one list, whichever the file starts as.
 *
 * @returns the text of each record with the line that it starts on.
 * @throws DataError as `readLines` and `readMembers` do.
 */
export async function* readRecords(
  file: string,
  options: ReadLinesOptions & { readonly maxRecordBytes: number },
): AsyncGenerator<Line, void, undefined> {
  if ((await firstByte(file)) !== OPEN_LIST) {
    yield* readLines(file, options);
    return;
  }
  // The list is read as the only member of an object.
  const scanner = new MemberScanner(file, { ...options, wanted: [], streamed: 'records' });
  const feed = function* (bytes: Buffer): Generator<Line> {
    for (const { index, text, row } of scanner.feed(bytes)) {
      if (index !== undefined) yield { text, row };
    }
  };
  yield* feed(Buffer.from('{"records":'));
  let last: number | undefined;
  for await (const chunk of checkText(file, readBytes(file, options))) {
    last = lastByte(chunk) ?? last;
    yield* feed(chunk);
  }
  if (last === CLOSE_LIST) yield* feed(Buffer.from('}'));
  scanner.finish();
}

/** The first byte that is not white space. */
async function firstByte(file: string): Promise<number | undefined> {
  for await (const chunk of checkText(file, readBytes(file))) {
    const byte = chunk.find((each) => !isSpace(each));
    if (byte !== undefined) return byte;
  }
  return undefined;
}

function lastByte(chunk: Buffer): number | undefined {
  return chunk.findLast((byte) => !isSpace(byte));
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
