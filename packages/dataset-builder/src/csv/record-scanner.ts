import { isUtf8 } from 'node:buffer';
import { FieldForm, MalformedCsv, type ScannedRecord, type Span } from './scanned-record.js';

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const RETURN = 0x0d;

/** The byte order mark of UTF-8, which is not part of the text. */
const MARK: Buffer = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a `RecordScanner` is made for. */
export interface RecordScannerOptions {
  /** How many fields each record has. */
  readonly columns: number;
  /** Column of a long text that repeats; -1 where there is none. */
  readonly textColumn: number;
  /**
   * Asked before the text column is read: how it stands in the file if it is the text expected,
   * with its quotes; `undefined` where nothing is expected. It is read before the next call.
   */
  readonly expect: (record: ScannedRecord) => Span | undefined;
  /** Takes each record, the header included; the record's bytes are valid during the call only. */
  readonly onRecord: (record: ScannedRecord) => void;
  /** Longest record accepted, in bytes. */
  readonly maxRecordBytes: number;
  /** Position in the file of the first byte that is pushed. @default 0 */
  readonly from?: number;
  /** Position in the file at which reading stops. @default the end */
  readonly until?: number;
}

/**
 * Finds the fields of CSV records (RFC 4180; LF or CRLF; UTF-8; blank lines skipped) in chunks of
 * bytes, without making text of them.
 *
 * In a table of responses the question's text stands in every row, for every model again, and is
 * most of the file. Where the text that is expected is there, comparing it (a memcmp) is all that
 * is done with it, an order of magnitude faster than parsing it.
 */
export class RecordScanner {
  readonly #options: RecordScannerOptions;
  readonly #record: ScannedRecord;
  /** The start of a record that is not complete yet. */
  #rest: Buffer = Buffer.alloc(0);
  #started: boolean;
  #position: number;
  readonly #until: number;

  constructor(options: RecordScannerOptions) {
    this.#options = options;
    this.#position = options.from ?? 0;
    // A byte order mark stands at the start of a file only.
    this.#started = this.#position > 0;
    this.#until = options.until ?? Number.POSITIVE_INFINITY;
    this.#record = {
      bytes: this.#rest,
      start: new Int32Array(options.columns),
      end: new Int32Array(options.columns),
      form: new Uint8Array(options.columns),
      rawStart: 0,
      rawEnd: 0,
    };
  }

  /** Where in the file the first record starts that was not read. */
  get position(): number {
    return this.#position;
  }

  /** Whether all records were read that start before `until`. */
  get isDone(): boolean {
    return this.#position >= this.#until;
  }

  /**
   * Reads the records that are complete with the bytes from `start` to `end` of a buffer. The bytes
   * before `start` are overwritten: where there is room, what is left of the chunk before goes there,
   * which spares copying the chunk behind it.
   *
   * @throws MalformedCsv; what `onRecord` throws.
   */
  push(buffer: Buffer, start: number, end: number): void {
    const { length } = this.#rest;
    let bytes: Buffer;
    if (length <= start) {
      this.#rest.copy(buffer, start - length);
      bytes = buffer.subarray(start - length, end);
    } else {
      bytes = Buffer.concat([this.#rest, buffer.subarray(start, end)]);
    }
    if (!this.#started) {
      // As long as there may be only a part of a byte order mark.
      if (bytes.length < MARK.length) {
        this.#rest = Buffer.from(bytes);
        return;
      }
      this.#started = true;
      if (MARK.equals(bytes.subarray(0, MARK.length))) {
        bytes = bytes.subarray(MARK.length);
        this.#position += MARK.length;
      }
    }
    const done = this.#scanAll(bytes, true);
    this.#rest = Buffer.from(bytes.subarray(done));
  }

  /** Reads the last record where no line end follows it. */
  finish(): void {
    if (this.#rest.length === 0) return;
    // A carriage return at the very end is text: the line feed after it is not the file's.
    const endsInReturn = this.#rest[this.#rest.length - 1] === RETURN;
    const bytes = Buffer.concat([this.#rest, Buffer.from([NEWLINE])]);
    this.#rest = Buffer.alloc(0);
    if (this.#scanAll(bytes, !endsInReturn) < bytes.length) {
      throw new MalformedCsv('a quote is not closed');
    }
  }

  /** @returns where the first record starts that is not complete. */
  #scanAll(bytes: Buffer, crlf: boolean): number {
    const { onRecord, maxRecordBytes } = this.#options;
    const record = this.#record;
    record.bytes = bytes;
    const stop = Math.min(bytes.length, this.#until - this.#position);
    let at = 0;
    while (at < stop) {
      if (bytes[at] === NEWLINE) {
        at++;
        continue;
      }
      if (crlf && bytes[at] === RETURN && bytes[at + 1] === NEWLINE) {
        at += 2;
        continue;
      }
      const next = this.#scan(bytes, at, crlf);
      const recordBytes = (next < 0 ? bytes.length : next) - at;
      if (recordBytes > maxRecordBytes) {
        throw new MalformedCsv(`a record is longer than ${maxRecordBytes} bytes`);
      }
      if (next < 0) break;
      onRecord(record);
      at = next;
    }
    // Records end between characters, so that what ends with one can be judged alone.
    const scanned = bytes.subarray(0, at);
    if (scanned.includes(0) || !isUtf8(scanned)) throw new MalformedCsv('it is not UTF-8 text');
    this.#position += at;
    return at;
  }

  /** Reads the record at a position; returns the position after it, or -1 where it is not complete. */
  #scan(bytes: Buffer, from: number, crlf: boolean): number {
    const { columns, textColumn, expect } = this.#options;
    const record = this.#record;
    const { start, end, form } = record;
    const { length } = bytes;
    let at = from;
    for (let column = 0; ; column++) {
      const first = at;
      let matched = false;
      if (column === textColumn) {
        const expected = expect(record);
        const stop = expected === undefined ? length : first + expected.end - expected.start;
        if (expected !== undefined && stop + 1 < length) {
          const after = bytes[stop];
          if (
            (after === COMMA ||
              after === NEWLINE ||
              (crlf && after === RETURN && bytes[stop + 1] === NEWLINE)) &&
            bytes.compare(expected.bytes, expected.start, expected.end, first, stop) === 0
          ) {
            matched = true;
            start[column] = first;
            end[column] = stop;
            form[column] = FieldForm.Expected;
            at = stop;
          }
        }
      }
      if (matched) {
        // Nothing more to read of this field.
      } else if (bytes[at] === QUOTE) {
        let doubled: number = FieldForm.Plain;
        let quote = at + 1;
        for (;;) {
          quote = bytes.indexOf(QUOTE, quote);
          if (quote < 0 || quote + 1 >= length) return -1;
          if (bytes[quote + 1] !== QUOTE) break;
          doubled = FieldForm.Doubled;
          quote += 2;
        }
        if (column < columns) {
          start[column] = at + 1;
          end[column] = quote;
          form[column] = doubled;
        }
        at = quote + 1;
      } else {
        let byte = 0;
        for (; at < length; at++) {
          byte = bytes[at]!;
          // Nearly all bytes are above: the one comparison they cost.
          if (byte > COMMA) continue;
          if (byte === COMMA || byte === NEWLINE) break;
          if (byte === QUOTE) throw new MalformedCsv('a quote appears within a field');
        }
        if (at >= length) return -1;
        if (column < columns) {
          start[column] = first;
          end[column] = at;
          form[column] = FieldForm.Plain;
        }
        if (byte === NEWLINE && crlf && at > first && bytes[at - 1] === RETURN) {
          at--;
          if (column < columns) end[column] = at;
        }
      }
      if (column === textColumn) {
        record.rawStart = first;
        record.rawEnd = at;
      }
      const byte = bytes[at];
      if (byte === COMMA) {
        at++;
        continue;
      }
      if (byte === RETURN && at + 1 >= length) return -1;
      const isReturn = crlf && byte === RETURN && bytes[at + 1] === NEWLINE;
      const lineEnd = byte === NEWLINE ? 1 : isReturn ? 2 : 0;
      if (lineEnd === 0) throw new MalformedCsv('text follows a closing quote');
      if (column + 1 !== columns)
        throw new MalformedCsv('a record has a different number of fields');
      return at + lineEnd;
    }
  }
}
