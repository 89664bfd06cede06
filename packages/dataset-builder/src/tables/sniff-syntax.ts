import { advice, DataError, namedOption } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { quoteBriefly } from '../csv/columns.js';
import { assertFile, type ReadBytesOptions, readBytes, sizeOfFile } from '../files/read-bytes.js';
import { isJsonObject, type JsonObject, ownValue, parseObject } from '../jsonl/parse-object.js';
import { isParquetFile } from './parquet-rows.js';
import { preambleOf } from './preamble.js';
import type { TableSyntax } from './read-rows.js';

/** What is read to detect how a file is written. */
const HEAD_BYTES: number = 1 << 20;

/** Records whose separators are counted. */
const COUNTED_RECORDS = 20;

/** Tried in this order. */
const SEPARATORS = [',', ';', '\t', '|'] as const;

/** One JSON object is read whole to find its list of records: the longest text of V8 is 512 MiB. */
const MAX_OBJECT_BYTES: number = 256 * 1024 * 1024;

/**
 * Detects from its content how a table is written: a JSON list of records, an object with one such list,
 * JSON Lines, Parquet, or CSV, and which character separates its fields.
 *
 * @throws DataError when the file cannot be read, is not text, or is one JSON object without a list
 * of records or with several.
 */
export async function sniffSyntax(file: string, options: ReadBytesOptions): Promise<TableSyntax> {
  await assertFile(file);
  if (await isParquetFile(file)) return { format: 'parquet' };
  if (/\.(?:parquet|pq)$/i.test(file) && (await sizeOfFile(file)) > 0) {
    throw new DataError('is named like Parquet, but does not begin like it. Was it damaged?', {
      file,
    });
  }
  const head = await headOf(file, options);
  const start = head.trimStart();
  if (start.startsWith('[')) return { format: 'json', list: undefined };
  if (!start.startsWith('{')) {
    assertNoOtherText(file, start);
    return { format: 'csv', ...csvSyntax(head) };
  }
  if (/\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(file)) return { format: 'jsonl' };
  const [first = '', ...rest] = start.split('\n');
  const isOneLine = rest.every((line) => line.trim() === '');
  if (!isOneLine && isObject(first)) return { format: 'jsonl' };
  return wholeObject(file, options);
}

/** @throws DataError where a text is not CSV, although it could be read as some. */
function assertNoOtherText(file: string, start: string): void {
  if (/^<(?:!doctype|html|\?xml|head|body)\b/i.test(start)) {
    throw new DataError(
      'is a web page, not a table. Was the page downloaded instead of the file?',
      {
        file,
      },
    );
  }
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    throw new DataError(
      'is a Git LFS pointer, not the file itself. Fetch the file with git lfs pull.',
      {
        file,
      },
    );
  }
  if (start !== '' && /\.(?:jsonl?|ndjson)(?:\.gz)?$/i.test(file)) {
    throw new DataError(
      `is named like JSON, but begins with ${quoteBriefly(start.slice(0, 40))}. A table is a list of objects, or one object per line.`,
      { file },
    );
  }
}

/** How CSV is written, by the beginning of the file. */
export function csvSyntax(head: string): { separator: string; skippedLines: number } {
  const { lines, separator } = preambleOf(head);
  const text = lines === 0 ? head : head.split('\n').slice(lines).join('\n');
  return { separator: separator ?? separatorOf(text), skippedLines: lines };
}

/** The JSON object that a file is. @throws DataError when it is longer than `maxBytes` or not one. */
export async function readObject(
  file: string,
  options: ReadBytesOptions,
  maxBytes: number = MAX_OBJECT_BYTES,
): Promise<JsonObject> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of checkText(file, readBytes(file, options))) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new DataError(
        `is one JSON object of more than ${maxBytes} bytes, too large to be read at once. Write its records as a list or as JSON Lines.`,
        { file },
      );
    }
    pieces.push(chunk);
  }
  return parseObject(Buffer.concat(pieces).toString('utf8').trim(), { file });
}

async function wholeObject(file: string, options: ReadBytesOptions): Promise<TableSyntax> {
  const object = await readObject(file, options);
  if (Array.isArray(ownValue(object, 'samples')) && isJsonObject(ownValue(object, 'eval'))) {
    throw new DataError(
      advice`looks like an Inspect log but is not named like one (<time>_<task>_<id>.json). Rename it, or read it with ${namedOption('format', 'inspect')}.`,
      { file },
    );
  }
  const isList = (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(isJsonObject);
  const lists = Object.keys(object).filter((name) => isList(object[name]));
  const [list, ...others] = lists;
  if (list !== undefined && others.length === 0) return { format: 'json', list };
  if (list === undefined && Object.values(object).every((value) => !isJsonObject(value))) {
    return { format: 'jsonl' };
  }
  const names = Object.keys(object).slice(0, 10).join(', ');
  throw new DataError(
    list === undefined
      ? `is one JSON object without a list of records. It has ${names}. A table is a list with a record for each question, such as [{"question": "…", "gpt": 1, "claude": 0}].`
      : `has several lists of records (${lists.join(', ')}). Save the one to read as a separate file.`,
    { file },
  );
}

/** The first MiB of a file as text. */
export async function headOf(file: string, options: ReadBytesOptions): Promise<string> {
  const { signal } = options;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of checkText(file, readBytes(file, { signal }))) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

function isObject(text: string): boolean {
  try {
    parseObject(text.trim(), { file: '' });
    return true;
  } catch {
    return false;
  }
}

/** The character that the header and every record looked at have equally often, the most often. */
function separatorOf(text: string): string {
  const counts = SEPARATORS.map((separator) => countPerRecord(text, separator));
  const regular = counts.map(([first = 0, ...rest]) =>
    rest.every((count) => count === first) ? first : 0,
  );
  const inHeader = counts.map(([first = 0]) => first);
  const ranked = regular.some((count) => count > 0) ? regular : inHeader;
  return SEPARATORS[ranked.indexOf(Math.max(...ranked))] ?? ',';
}

/** How often a character stands outside of quotes in each of the first complete records. */
function countPerRecord(text: string, separator: string): number[] {
  const counts: number[] = [];
  let count = 0;
  let isQuoted = false;
  let isBlank = true;
  const end = (): void => {
    if (!isBlank) counts.push(count);
    count = 0;
    isBlank = true;
  };
  for (const character of text) {
    if (character === '\n' && !isQuoted) {
      end();
      if (counts.length === COUNTED_RECORDS) return counts;
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) count++;
    if (character !== '\r') isBlank = false;
  }
  // The last record may be cut where the head of a long file ends.
  if (counts.length < 2 || text.length < HEAD_BYTES) end();
  return counts;
}
