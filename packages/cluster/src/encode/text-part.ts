import { DataError, EmbedLLMError } from '@embedllm/core';
import { isJsonObject, reasonOf } from '@embedllm/internals';
import type { ObjectStore } from '../storage/object-store.js';
import { countParquetRows, readParquetRows } from '../storage/parquet-object.js';

/**
 * Texts of one job: the lines of a JSONL object that begin within some bytes, or some rows of a
 * Parquet object.
 */
export interface TextPart {
  readonly key: string;
  readonly format: 'jsonl' | 'parquet';
  /** Byte or row, from 0. */
  readonly start: number;
  /** Byte or row after the last. */
  readonly end: number;
  /** Length of the object, in bytes: a file that was changed has other parts. */
  readonly bytes: number;
}

/** Texts of a part. */
export interface PartTexts {
  readonly texts: string[];
  /** Only where there is a column of ids. */
  readonly ids?: string[] | undefined;
}

/** Which columns, or members of a line, hold what. */
export interface TextColumns {
  readonly column: string;
  readonly idColumn?: string | undefined;
}

/** How parts are cut. */
export interface PartSizes {
  readonly bytesPerPart: number;
  readonly rowsPerPart: number;
  readonly signal?: AbortSignal | undefined;
}

/** What is read at a time to find the end of the last line. */
const TAIL_BYTES = 64 * 1024;
const NEWLINE = 10;

/**
 * Cuts objects into parts, in the order of their keys. JSONL is cut by bytes, without being read.
 *
 * @throws EmbedLLMError `invalid-data` where there is no `.jsonl` or `.parquet` object.
 */
export async function cutTexts(
  storage: ObjectStore,
  prefix: string,
  { bytesPerPart, rowsPerPart, signal }: PartSizes,
): Promise<TextPart[]> {
  const objects: { key: string; bytes: number }[] = [];
  for await (const object of storage.list(prefix, { signal })) {
    if (/\.(jsonl|parquet)$/.test(object.key)) objects.push(object);
  }
  objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (objects.length === 0) {
    throw new EmbedLLMError(
      `No .jsonl or .parquet object in ${storage.address} begins with ${JSON.stringify(prefix)}.`,
      { code: 'invalid-data' },
    );
  }
  const parts: TextPart[] = [];
  for (const { key, bytes } of objects) {
    const format = key.endsWith('.jsonl') ? 'jsonl' : 'parquet';
    const size =
      format === 'jsonl' ? bytes : await countParquetRows(storage, key, { bytes, signal });
    const step = format === 'jsonl' ? bytesPerPart : rowsPerPart;
    for (let start = 0; start < size; start += step) {
      parts.push({ key, format, start, end: Math.min(start + step, size), bytes });
    }
  }
  return parts;
}

/**
 * Reads the texts of a part.
 *
 * @throws DataError naming the object, where in it, and the field of a text that is missing.
 */
export async function readTexts(
  storage: ObjectStore,
  part: TextPart,
  columns: TextColumns,
  signal?: AbortSignal,
): Promise<PartTexts> {
  const texts: string[] = [];
  const ids: string[] | undefined = columns.idColumn === undefined ? undefined : [];
  const rows = part.format === 'jsonl' ? readLines : readRows;
  for await (const { record, place } of rows(storage, part, columns, signal)) {
    texts.push(textOf(record[columns.column], columns.column, place));
    if (columns.idColumn !== undefined && ids) {
      const id = record[columns.idColumn];
      const isNumber = typeof id === 'number' || typeof id === 'bigint';
      ids.push(isNumber ? String(id) : textOf(id, columns.idColumn, place));
    }
  }
  return { texts, ids };
}

/** A record, and where it is: `texts/a.jsonl, byte 4096`. */
interface Row {
  readonly record: Readonly<Record<string, unknown>>;
  readonly place: string;
}

function textOf(value: unknown, field: string, file: string): string {
  if (typeof value === 'string') return value;
  const found = value === undefined ? 'nothing' : value === null ? 'null' : typeof value;
  throw new DataError(`Must be a string, but is ${found}.`, { file, field });
}

async function* readLines(
  storage: ObjectStore,
  part: TextPart,
  _: TextColumns,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row> {
  const { key, start, end, bytes: size } = part;
  // The byte before says whether a line begins at the start.
  const from = Math.max(0, start - 1);
  let bytes = await storage.get(key, { range: { start: from, end }, signal });
  let first = 0;
  if (start > 0) {
    const before = bytes.indexOf(NEWLINE);
    // A line as long as the part, which begins in another one.
    if (before === -1 || from + before + 1 >= end) return;
    first = before + 1;
  }
  let read = end;
  let searched = bytes.length - 1;
  while (read < size && bytes.indexOf(NEWLINE, searched) === -1) {
    const more = { start: read, end: Math.min(size, read + TAIL_BYTES) };
    const tail = await storage.get(key, { range: more, signal });
    searched = bytes.length;
    bytes = Buffer.concat([bytes, tail]);
    read = more.end;
  }
  while (first < bytes.length && from + first < end) {
    const newline = bytes.indexOf(NEWLINE, first);
    const last = newline === -1 ? bytes.length : newline;
    const place = `${key}, byte ${from + first}`;
    const record = parseLine(bytes.subarray(first, last), place);
    first = last + 1;
    if (record) yield { record, place };
  }
}

function parseLine(bytes: Uint8Array, file: string): Row['record'] | undefined {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.trim() === '') return undefined;
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`The line is not JSON: ${reasonOf(cause)}.`, { file, cause });
  }
  if (isJsonObject(value)) return value;
  throw new DataError('The line is not a JSON object.', { file });
}

async function* readRows(
  storage: ObjectStore,
  { key, start, end, bytes }: TextPart,
  { column, idColumn }: TextColumns,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row> {
  const columns = idColumn === undefined ? [column] : [column, idColumn];
  const rows = await readParquetRows(storage, key, { columns, start, end, bytes, signal });
  for (const [index, record] of rows.entries()) {
    yield { record, place: `${key}, row ${start + index + 1}` };
  }
}
