import { DataError } from '@embedllm/core';
import yauzl, { type Entry } from 'yauzl';
import { quoted } from '../files/relative-path.js';
import { entryError, entryPath } from './entry-path.js';

/** A file of a zip archive. */
export interface ZipEntry {
  /** Below the root of the archive, with `/` between its parts. */
  readonly path: string;
  /** Unpacked, in bytes. */
  readonly size: number;
  /** Packed, in bytes. */
  readonly compressedSize: number;
}

/** A file of a zip archive with what is needed to read it. */
export interface PackedEntry extends ZipEntry {
  readonly entry: Entry;
}

/** Compression methods that can be read, by their numbers in the zip specification (APPNOTE 4.4.5). */
export const STORED = 0;
const DEFLATED = 8;
export const ZSTANDARD = 93;

/** What other methods are called in messages. */
const OTHER_METHODS: Readonly<Record<number, string>> = {
  9: 'deflate64',
  12: 'bzip2',
  14: 'LZMA',
  95: 'xz',
};

const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const DIRECTORY = 0o040000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Checks an entry of the archive's directory.
 *
 * @param names - Whether names become paths, which must be safe and have slashes, or are only looked
 * up, as they are.
 * @returns `undefined` for a directory.
 * @throws DataError naming archive and entry when it is refused.
 */
export function describeZipEntry(
  archive: string,
  entry: Entry,
  names: 'paths' | 'keys',
): PackedEntry | undefined {
  const name = yauzl.getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    // Some archives of .NET have backslashes between the parts of a path, against the
    // specification: they become slashes here, before the path is checked.
    names === 'keys',
  );
  const path = names === 'keys' ? name : entryPath(archive, name);
  // The upper half holds the mode where the archive was made on Unix, else it is zero.
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK;
  if (type === SYMBOLIC_LINK) throw entryError(archive, name, 'it is a symbolic link');
  if (type !== 0 && type !== REGULAR_FILE && type !== DIRECTORY) {
    throw entryError(archive, name, 'it is neither a file nor a directory');
  }
  if (name.endsWith('/') || type === DIRECTORY) return undefined;
  if (path === '') throw entryError(archive, name, 'it has no name');
  if (entry.isEncrypted()) throw entryError(archive, name, 'it is encrypted');
  const { compressionMethod: method } = entry;
  if (method !== STORED && method !== DEFLATED && method !== ZSTANDARD) {
    const known = OTHER_METHODS[method] ?? `method ${method}`;
    throw entryError(
      archive,
      name,
      `it is compressed with ${known}, but only deflate and Zstandard are supported; compress it again`,
    );
  }
  const { uncompressedSize: size, compressedSize } = entry;
  return { path, size, compressedSize, entry };
}

/**
 * Refuses entries that share bytes, which bombs use to unpack the same bytes again and again
 * (Fifield, "A better zip bomb", WOOT 2019).
 *
 * @throws DataError naming archive and entry.
 */
export function assertNoOverlap(archive: string, entries: readonly PackedEntry[]): void {
  const ordered = [...entries].sort(
    (a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader,
  );
  let end = 0;
  for (const { path, compressedSize, entry } of ordered) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end) {
      throw new DataError(
        `the entry ${quoted(path)} shares bytes with another entry, as in a zip bomb.`,
        { file: archive },
      );
    }
    end = start + compressedSize;
  }
}
