import { DataError } from '@embedllm/core';
import { decimalCommaHint, didYouMean } from '@embedllm/internals';

/** The header of a CSV file, and where it stands. */
export interface Header {
  readonly file: string;
  /** Unique names of the columns. */
  readonly columns: readonly string[];
  /** Line of the header. */
  readonly row: number;
}

/** The file and line of a record. */
export interface Place {
  readonly file: string;
  readonly row: number;
}

/** "responses.csv, row 7", for messages that name a second place. */
export function describePlace({ file, row }: Place): string {
  return `${file}, row ${row}`;
}

/**
 * The position of a column that must be there.
 *
 * @throws DataError naming the column that is missing, and those that are there.
 */
export function requireColumn(header: Header, name: string): number {
  const position = header.columns.indexOf(name);
  if (position >= 0) return position;
  const shown = header.columns.slice(0, 20).map((column) => quoteBriefly(column));
  const present = [...shown, ...(header.columns.length > 20 ? ['…'] : [])].join(', ');
  throw new DataError(
    `the column is missing.${didYouMean(name, header.columns)} The header has ${present}.`,
    { file: header.file, row: header.row, field: name },
  );
}

/** The position of a column that may be absent, -1 where it is. */
export function findColumn(header: Header, name: string): number {
  return header.columns.indexOf(name);
}

/** The position of a column that must be there unless another file replaces it. */
export function findColumnUnless(replaced: boolean, header: Header, name: string): number {
  return replaced ? findColumn(header, name) : requireColumn(header, name);
}

/** A field that must not be empty, such as an id. */
export function requiredText(
  fields: readonly string[],
  position: number,
  field: string,
  { file, row }: Place,
): string {
  const text = fields[position];
  if (text === undefined || text === '') throw new DataError('is empty.', { file, row, field });
  return text;
}

const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** A number of at least 0 in decimal notation, `undefined` where the field is empty or absent. */
export function parseOptionalNumber(
  text: string | undefined,
  field: string,
  { file, row }: Place,
): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new DataError(
      `must be a number of at least 0 or empty, but is ${quoteBriefly(text)}.${decimalCommaHint(text)}`,
      { file, row, field },
    );
  }
  return value;
}

/** In quotes, cut where a hostile or misread field would flood the message. */
export function quoteBriefly(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
