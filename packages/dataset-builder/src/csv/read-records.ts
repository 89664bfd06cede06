import { advice, DataError } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { CsvError, type Options, Parser } from 'csv-parse';
import { type ReadBytesOptions, readBytes } from '../files/read-bytes.js';
import { recordLimit, tooLong } from '../files/record-limit.js';
import { type Header, quoteBriefly } from './columns.js';
import { skipLines } from './skip-lines.js';

/** Far above any real prompt; stops an unclosed quote before it swallows the rest of the file. */
export const DEFAULT_MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/** Options of `readRecords`. */
export interface ReadRecordsOptions extends ReadBytesOptions {
  /** Longest record accepted, in bytes. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** What stands between two fields, one character. @default ',' */
  readonly separator?: string | undefined;
  /** Lines before the header, which are left out. @default 0 */
  readonly skippedLines?: number | undefined;
  /** Take a header that names a column twice. @default false */
  readonly repeatedColumns?: boolean | undefined;
}

/** Takes one record: its fields, as many as the header has, and the line on which it starts. */
export type RecordHandler = (fields: readonly string[], row: number) => void;

/**
 * Reads a CSV file (RFC 4180; plain or gzip; LF or CRLF; UTF-8, with or without byte order mark),
 * handing each record on as soon as it is complete. Blank lines are skipped.
 *
 * @param onHeader - Given the header, whose names are unique; returns the handler of the records.
 * @returns the number of records after the header, at least 1.
 * @throws DataError with file, row and field, on anything malformed; what a handler throws.
 */
export async function readRecords(
  file: string,
  onHeader: (header: Header) => RecordHandler,
  options: ReadRecordsOptions = {},
): Promise<number> {
  const parser = new RecordParser(file, options, onHeader);
  try {
    const text = checkText(file, readBytes(file, options));
    const { skippedLines = 0 } = options;
    for await (const chunk of skippedLines > 0 ? skipLines(text, skippedLines) : text) {
      await parser.accept(chunk);
    }
    await parser.finish();
  } finally {
    parser.destroy();
  }
  if (parser.header === undefined) throw new DataError('the file is empty.', { file });
  if (parser.records === 0) {
    throw new DataError('has a header but no records.', { file });
  }
  return parser.records;
}

/**
 * Hands records to the handler from within `push`, in step with the parser, instead of queueing
 * them in the readable side: faster, and the line counted here is right when the parser fails.
 */
class RecordParser extends Parser {
  header: readonly string[] | undefined;
  records = 0;
  readonly #file: string;
  readonly #maxRecordBytes: number;
  readonly #repeatedColumns: boolean;
  readonly #onHeader: (header: Header) => RecordHandler;
  #handle: RecordHandler | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Line on which the next record starts, not counting blank lines skipped so far. */
  #line: number;

  constructor(
    file: string,
    options: ReadRecordsOptions,
    onHeader: (header: Header) => RecordHandler,
  ) {
    const { separator = ',' } = options;
    const maxRecordBytes = recordLimit(options.maxRecordBytes, DEFAULT_MAX_RECORD_BYTES);
    const settings: Options = {
      bom: false,
      delimiter: separator,
      max_record_size: maxRecordBytes,
      record_delimiter: ['\r\n', '\n'],
      skip_empty_lines: true,
    };
    super(settings);
    this.#file = file;
    this.#line = 1 + (options.skippedLines ?? 0);
    this.#maxRecordBytes = maxRecordBytes;
    this.#repeatedColumns = options.repeatedColumns ?? false;
    this.#onHeader = onHeader;
    // The write callbacks report errors; without a listener Node would end the process as well.
    this.on('error', () => {});
  }

  /** Parses a chunk and hands on every record that it completes. */
  accept(chunk: Buffer): Promise<void> {
    return this.#settle((done) => this.write(chunk, done));
  }

  /** Parses what is left, once the input has ended. */
  finish(): Promise<void> {
    return this.#settle((done) => {
      this.once('finish', () => done());
      this.once('error', done);
      this.end();
    });
  }

  override push(record: readonly string[] | null): boolean {
    if (record === null) return super.push(null);
    if (this.#failure === undefined) {
      try {
        this.#take(record);
      } catch (error) {
        this.#failure = { error };
      }
    }
    return true;
  }

  #take(record: readonly string[]): void {
    const row = this.#row();
    for (const field of record) {
      for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) this.#line++;
    }
    this.#line++;
    if (this.#handle === undefined) {
      if (!this.#repeatedColumns) assertUniqueColumns(this.#file, record, row);
      this.header = record;
      this.#handle = this.#onHeader({ file: this.#file, columns: record, row });
    } else {
      this.records++;
      this.#handle(record, row);
    }
  }

  #row(): number {
    return this.#line + this.info.empty_lines;
  }

  async #settle(work: (done: (error?: Error | null | undefined) => void) => void): Promise<void> {
    const error = await new Promise<Error | undefined>((resolve) => {
      work((problem) => resolve(problem ?? undefined));
    });
    if (this.#failure !== undefined) throw this.#failure.error;
    if (error !== undefined) throw this.#explain(error);
  }

  #explain(error: Error): Error {
    if (!(error instanceof CsvError)) return error;
    const column = typeof error.column === 'number' ? error.column : undefined;
    const location = {
      file: this.#file,
      row: this.#row(),
      field: column === undefined ? undefined : (this.header?.[column] ?? undefined),
    };
    const options = { cause: error };
    switch (error.code) {
      case 'INVALID_OPENING_QUOTE':
        return new DataError(
          'a quote appears in the middle of a field that is not quoted. Quote the whole field and double the quotes inside.',
          { ...location, ...options },
        );
      case 'CSV_INVALID_CLOSING_QUOTE':
        return new DataError(
          'a closing quote is followed by more text. Double the quotes inside a quoted field.',
          { ...location, ...options },
        );
      case 'CSV_QUOTE_NOT_CLOSED':
        return new DataError('a quote is never closed.', { ...location, ...options });
      case 'CSV_MAX_RECORD_SIZE':
        return new DataError(
          advice`${tooLong('the record', this.#maxRecordBytes)} Is a closing quote missing?`,
          { ...location, ...options },
        );
      case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH': {
        const found = Array.isArray(error.record) ? error.record.length : undefined;
        return new DataError(
          `the record has ${found ?? 'a different number of'} columns, but the header has ${this.header?.length}.`,
          { ...location, field: undefined, ...options },
        );
      }
      default:
        return new DataError(`is not well-formed CSV (${error.message}).`, {
          ...location,
          ...options,
        });
    }
  }
}

function assertUniqueColumns(file: string, header: readonly string[], row: number): void {
  // A file whose lines end in CR alone, as old spreadsheets write, is one line.
  const joined = header.find((name) => name.includes('\r'));
  if (joined !== undefined) {
    throw new DataError(
      `the header has a carriage return in the column ${quoteBriefly(joined)}. Lines must end in LF or CRLF.`,
      { file, row, field: joined.split('\r', 1)[0] },
    );
  }
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name) && name !== '') {
      throw new DataError(`the header names the column ${quoteBriefly(name)} twice.`, {
        file,
        row,
        field: name,
      });
    }
    seen.add(name);
  }
}
