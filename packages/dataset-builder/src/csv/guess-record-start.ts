import { RecordScanner } from './record-scanner.js';
import { MalformedCsv } from './scanned-record.js';

/** Records that must follow one another where a record is said to start. */
const RECORDS: number = 8;

/** Longest record that may be among them. */
const MAX_RECORD_BYTES: number = 1 << 20;

/** Enough was read. */
class Enough extends Error {}

/**
 * Guesses where the first record starts after a place somewhere in a CSV file. Whether a line break
 * stands in quotes cannot be known without all that is before it; but what follows one in quotes
 * seldom reads as records with the right number of fields. Whoever reads what is before finds out.
 *
 * @param bytes - of the file, from the place on.
 * @param atEnd - whether the file ends with the bytes.
 * @returns the offset of the record in the bytes, which may be their length; `undefined` where the
 * bytes are too few to tell.
 */
export function guessRecordStart(
  bytes: Buffer,
  columns: number,
  atEnd: boolean,
): number | undefined {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const start = at + 1;
    const records = countRecords(bytes, start, columns);
    if (records === undefined) continue;
    if (records >= RECORDS || (atEnd && records > 0) || (atEnd && start === bytes.length)) {
      return start;
    }
    return undefined;
  }
  return undefined;
}

/** Well-formed records from an offset on, up to `RECORDS`; `undefined` where one is malformed. */
function countRecords(bytes: Buffer, start: number, columns: number): number | undefined {
  let records = 0;
  const scanner = new RecordScanner({
    columns,
    textColumn: -1,
    maxRecordBytes: MAX_RECORD_BYTES,
    from: 1,
    expect: () => undefined,
    onRecord() {
      if (++records === RECORDS) throw new Enough();
    },
  });
  try {
    scanner.push(bytes, start, bytes.length);
  } catch (error) {
    if (error instanceof Enough) return records;
    if (!(error instanceof MalformedCsv)) throw error;
    return undefined;
  }
  return records;
}
