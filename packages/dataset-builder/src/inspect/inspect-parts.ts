import { DataError } from '@embedllm/core';
import { openRecords } from '../archive/open-zip.js';
import type { ZipArchive } from '../archive/zip-archive.js';
import type { ZipEntry } from '../archive/zip-entry.js';
import type { Place } from '../csv/columns.js';
import type { ReadBytesOptions } from '../files/read-bytes.js';
import { recordLimit, tooLong } from '../files/record-limit.js';
import { quoted } from '../files/relative-path.js';
import { type JsonObject, parseObject } from '../jsonl/parse-object.js';
import { readMembers } from '../jsonl/read-members.js';
import { ForeignFileError, HEADER_PARTS } from './inspect-header.js';

/** Options of `readInspectParts`. */
export interface InspectPartsOptions extends Omit<ReadBytesOptions, 'onChunk'> {
  /** Longest sample accepted, in bytes. */
  readonly maxRecordBytes: number;
  /** Leave the samples out. @default false */
  readonly headerOnly?: boolean | undefined;
}

/** A part of a log: one that describes the run, as JSON, or a sample. */
export type InspectPart =
  | { readonly key: string; readonly text: string; readonly sample?: undefined }
  | { readonly key: 'samples'; readonly sample: JsonObject; readonly place: Place };

/**
 * Streams the parts of one log in the order of the file: `.json`, plain or gzip, or `.eval`, the zip
 * archive of JSON files that Inspect writes unless told otherwise. Memory holds one sample.
 *
 * @throws DataError with file and row where it is broken, cut off or no log.
 */
export async function* readInspectParts(
  file: string,
  options: InspectPartsOptions,
): AsyncGenerator<InspectPart, void, undefined> {
  yield* file.endsWith('.eval') ? readArchive(file, options) : readJson(file, options);
}

async function* readJson(
  file: string,
  options: InspectPartsOptions,
): AsyncGenerator<InspectPart, void, undefined> {
  const members = readMembers(file, { ...options, wanted: HEADER_PARTS, streamed: 'samples' });
  for await (const { key, index, text, row } of members) {
    if (index === undefined) {
      yield { key, text };
    } else {
      // The parts that are needed to tell runs apart come before the samples.
      if (options.headerOnly) return;
      const place = { file, row };
      yield { key: 'samples', sample: parseObject(text, place), place };
    }
  }
}

async function* readArchive(
  file: string,
  options: InspectPartsOptions,
): AsyncGenerator<InspectPart, void, undefined> {
  const { signal, onBytes } = options;
  const zip = await open(file, signal);
  try {
    const root = rootOf(zip.entries);
    if (root === undefined) {
      throw new ForeignFileError('is not an Inspect log: it has no header.json.', { file });
    }
    const { folder, header } = root;
    const bytes = await readMember(zip, header, options);
    const parts = parseObject(bytes.toString('utf8').trim(), { file: `${file}/${header.path}` });
    for (const key of HEADER_PARTS) {
      if (Object.hasOwn(parts, key)) yield { key, text: JSON.stringify(parts[key]) };
    }
    if (options.headerOnly) return;
    for (const entry of zip.entries) {
      const { path, compressedSize } = entry;
      if (!path.startsWith(folder) || !isSample(path.slice(folder.length), file)) continue;
      const content = await readMember(zip, entry, options);
      onBytes?.(compressedSize);
      const place = { file: `${file}/${path}`, row: 1 };
      yield { key: 'samples', sample: parseObject(content.toString('utf8').trim(), place), place };
    }
  } finally {
    zip.close();
  }
}

function readMember(
  zip: ZipArchive,
  { path, size }: ZipEntry,
  { signal, maxRecordBytes }: InspectPartsOptions,
): Promise<Buffer> {
  const limit = recordLimit(maxRecordBytes, Number.POSITIVE_INFINITY);
  if (size <= limit) return zip.read(path, { signal, maxBytes: limit });
  throw new DataError(tooLong(`the entry ${quoted(path)}`, limit), { file: zip.file });
}

/** The header, and the folder that it is in: archives that were packed again may have one. */
function rootOf(entries: readonly ZipEntry[]): { folder: string; header: ZipEntry } | undefined {
  // Before the run is over there is only the journal of its start.
  for (const name of ['header.json', '_journal/start.json']) {
    const header =
      entries.find(({ path }) => path === name) ??
      entries.find(({ path }) => path.endsWith(`/${name}`));
    if (header !== undefined) return { folder: header.path.slice(0, -name.length), header };
  }
  return undefined;
}

/**
 * Whether a member is a sample, `samples/<id>_epoch_<n>.json`, whose id may hold slashes.
 *
 * @throws DataError on the layout that has a folder of chunks for each sample.
 */
function isSample(path: string, file: string): boolean {
  if (!path.startsWith('samples/') || !path.endsWith('.json')) return false;
  if (!/_epoch_\d+[/\\]/.test(path) || /_epoch_\d+\.json$/.test(path)) return true;
  throw new DataError(
    `stores its samples in chunks (${quoted(path)}), which are not supported. Convert it with inspect log convert --to json.`,
    { file },
  );
}

/** Opens the archive; where that fails, says what else to do. */
async function open(file: string, signal: AbortSignal | undefined): Promise<ZipArchive> {
  try {
    return await openRecords(file, { signal });
  } catch (error) {
    if (!(error instanceof DataError) || error.code === 'io') throw error;
    throw new DataError(
      `cannot be read as an archive (${error.message}). If Inspect can read it, convert it with inspect log convert --to json.`,
      { file, cause: error },
    );
  }
}
