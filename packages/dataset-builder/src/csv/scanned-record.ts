const QUOTE = 0x22;

/** How a field stands in the bytes. */
export const FieldForm = {
  /** The bytes between `start` and `end` are the text. */
  Plain: 0,
  /** As `Plain`, but every two quotes stand for one. */
  Doubled: 1,
  /** The bytes that were expected; `start` and `end` include quotes. */
  Expected: 2,
} as const;

/** Where the fields of the record at hand are in `bytes`, by column. */
export interface ScannedRecord {
  bytes: Buffer;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** One of `FieldForm`. */
  readonly form: Uint8Array;
  /** First and last byte plus one of the text column as it is written, with its quotes. */
  rawStart: number;
  rawEnd: number;
}

/** The bytes are not CSV (RFC 4180) in UTF-8; `readRecords` says where and why. */
export class MalformedCsv extends Error {}

/** Bytes somewhere in a buffer. */
export interface Span {
  bytes: Buffer;
  start: number;
  end: number;
}

/** The text's bytes of a field: a view, or where quotes are doubled a copy. */
export function fieldBytes(record: ScannedRecord, column: number): Buffer {
  const { bytes } = record;
  let start = record.start[column]!;
  let end = record.end[column]!;
  let form = record.form[column];
  if (form === FieldForm.Expected && bytes[start] === QUOTE) {
    start++;
    end--;
    form = FieldForm.Doubled;
  }
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  if (form !== FieldForm.Doubled) return view;
  const copy = Buffer.allocUnsafe(view.length);
  let length = 0;
  for (let at = 0; at < view.length; at++) {
    const byte = view[at]!;
    copy[length++] = byte;
    if (byte === QUOTE) at++;
  }
  return copy.subarray(0, length);
}
