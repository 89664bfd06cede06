import { DataError } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { type ReadRecordsOptions, readRecords } from '../csv/read-records.js';
import { readBytes } from '../files/read-bytes.js';
import { MemberScanner } from '../jsonl/member-scanner.js';
import { parseObject } from '../jsonl/parse-object.js';
import { parseRecords } from '../jsonl/parse-records.js';
import { readLines } from '../jsonl/read-lines.js';
import { parquetRows } from './parquet-rows.js';
import { CsvRow, JsonRow, type TableRow } from './table-row.js';

/** How the records of a file are written. */
export type TableSyntax =
  | {
      readonly format: 'csv';
      readonly separator: string;
      /** Lines before the header. */
      readonly skippedLines: number;
    }
  | { readonly format: 'jsonl' }
  | { readonly format: 'parquet' }
  /** A JSON file with a list of records: the whole file, or what is under a key of one object. */
  | { readonly format: 'json'; readonly list: string | undefined };

/** How rows are read. */
export interface ReadRowsOptions extends ReadRecordsOptions {
  /** Called with the row of a torn line of JSONL, which then is left out. @default they are errors */
  readonly onTorn?: ((row: number) => void) | undefined;
}

/** Far above any real record. */
const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/**
 * Reads the records of a table one by one, whatever its format.
 *
 * @param onRow - Given each record, which holds until it returns; true ends reading.
 * @throws DataError with file, row and field, on anything malformed; what `onRow` throws.
 */
export async function readRows(
  file: string,
  syntax: TableSyntax,
  onRow: (row: TableRow) => boolean | undefined,
  options: ReadRowsOptions = {},
): Promise<void> {
  try {
    await readAll(file, syntax, onRow, options);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
}

class Enough extends Error {}

async function readAll(
  file: string,
  syntax: TableSyntax,
  onRow: (row: TableRow) => boolean | undefined,
  options: ReadRowsOptions,
): Promise<void> {
  const take = (row: TableRow): void => {
    if (onRow(row) === true) throw new Enough();
  };
  if (syntax.format === 'csv') {
    await readRecords(
      file,
      ({ columns }) => {
        const record = new CsvRow(columns);
        return (fields, row) => {
          record.fields = fields;
          record.row = row;
          take(record);
        };
      },
      { ...options, separator: syntax.separator, skippedLines: syntax.skippedLines },
    );
    return;
  }
  if (syntax.format === 'parquet') {
    let row = 0;
    for await (const object of parquetRows(file, options)) take(new JsonRow(object, ++row));
    return;
  }
  if (syntax.format === 'jsonl') {
    for await (const { object, row } of parseRecords(
      file,
      readLines(file, options),
      options.onTorn,
    )) {
      take(new JsonRow(object, row));
    }
    return;
  }
  for await (const { text, row, index = 0 } of elementsOf(file, syntax.list, options)) {
    const place = `[${index}].`;
    take(new JsonRow(parseObject(text, { file, row, field: `[${index}]` }), row, place));
  }
}

/** The elements of a list, one by one. A file that is a list is read as the only member of an object. */
async function* elementsOf(
  file: string,
  list: string | undefined,
  options: ReadRecordsOptions,
): AsyncGenerator<{ text: string; row: number; index: number | undefined }> {
  const { maxRecordBytes = MAX_RECORD_BYTES } = options;
  const streamed = list ?? '';
  const scanner = new MemberScanner(file, { wanted: [], streamed, maxRecordBytes });
  if (list === undefined) yield* scanner.feed(Buffer.from('{"":'));
  let count = 0;
  for await (const chunk of checkText(file, readBytes(file, options))) {
    for (const member of scanner.feed(chunk)) {
      count++;
      yield member;
    }
  }
  if (list === undefined) {
    const cutOff = (cause?: unknown): DataError =>
      new DataError('is not complete JSON. Is the file truncated?', { file, cause });
    if (scanner.isWithinValue) throw cutOff();
    try {
      yield* scanner.feed(Buffer.from('}'));
    } catch (cause) {
      throw cutOff(cause);
    }
  }
  scanner.finish();
  if (count === 0) throw new DataError('the list has no records.', { file });
}
