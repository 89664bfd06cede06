import { DataError } from '@embedllm/core';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { errorCode, messageOf, readError } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';
import {
  type ArchiveLimits,
  assertEntryCount,
  assertExpansion,
  resolveLimits,
} from './archive-limits.js';
import { createArchive, type ZipArchive } from './zip-archive.js';
import { assertNoOverlap, describeZipEntry, type PackedEntry } from './zip-entry.js';

/** Options of `openZip`. */
export interface OpenZipOptions extends ArchiveLimits {
  /** Stops reading the directory of the archive; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a zip archive (also Zip64) and checks its directory: every path stays below one
 * directory and occurs once, there are only files and directories, no encryption, no compression
 * but deflate and Zstandard, no entries that share bytes, and no more content than the limits
 * allow. Nothing is unpacked yet. Reads through yauzl, by the directory at the end of the file.
 *
 * @throws DataError naming the archive, and the entry where there is one: `io` when the file
 * cannot be read, `invalid-data` when it is not a zip archive or is refused.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 */
export function openZip(file: string, options: OpenZipOptions = {}): Promise<ZipArchive> {
  return open(file, options, 'paths');
}

/**
 * As `openZip`, for an archive whose names are keys of records and not paths to write to: any name is
 * taken as it is, and of several entries of one name the last stands, as for Python's zipfile.
 */
export function openRecords(file: string, options: OpenZipOptions = {}): Promise<ZipArchive> {
  return open(file, options, 'keys');
}

async function open(
  file: string,
  options: OpenZipOptions,
  names: 'paths' | 'keys',
): Promise<ZipArchive> {
  const limits = resolveLimits(options);
  const { signal } = options;
  signal?.throwIfAborted();
  let zip: ZipFile;
  try {
    // Names are decoded and checked here, so that errors can name the entry.
    zip = await yauzl.openPromise(file, { autoClose: false, decodeStrings: false });
  } catch (error) {
    throw zipError(file, error);
  }
  try {
    assertEntryCount(file, zip.entryCount, limits);
    const packed = new Map<string, PackedEntry>();
    const all: PackedEntry[] = [];
    let unpacked = 0;
    for await (const entry of iterate(file, zip)) {
      signal?.throwIfAborted();
      const described = describeZipEntry(file, entry, names);
      if (described === undefined) continue;
      const { path, size, compressedSize } = described;
      if (packed.has(path) && names === 'paths') {
        throw new DataError(`has two entries ${quoted(path)}. Create the archive again.`, { file });
      }
      packed.set(path, described);
      all.push(described);
      unpacked += size;
      assertExpansion(file, { entry: path, packed: compressedSize, unpacked: size }, limits);
      assertExpansion(file, { entry: path, packed: zip.fileSize, unpacked }, limits);
    }
    assertNoOverlap(file, all);
    return createArchive(file, zip, packed);
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** The entries, with errors of reading them made clear. */
async function* iterate(file: string, zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  const entries = zip.eachEntry();
  for (;;) {
    let next: IteratorResult<Entry>;
    try {
      next = await entries.next();
    } catch (error) {
      throw zipError(file, error);
    }
    if (next.done) return;
    yield next.value;
  }
}

function zipError(file: string, error: unknown): DataError {
  if (errorCode(error) !== undefined) return readError(file, error);
  return new DataError(
    `is not a complete zip archive (${messageOf(error)}). Copy or download it again.`,
    { file, cause: error },
  );
}
