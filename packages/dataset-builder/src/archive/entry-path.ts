import { DataError } from '@embedllm/core';
import { quoted } from './archive-limits.js';

/** What file systems take at most. */
const MAX_PATH_BYTES = 4096;
const MAX_SEGMENT_BYTES = 255;

/**
 * The path of an entry below the directory that it is unpacked into, with `/` between its parts
 * and without `.` parts. Whatever would leave that directory, or be another file on another
 * operating system, is refused rather than repaired.
 *
 * @throws DataError naming archive and entry.
 */
export function entryPath(archive: string, name: string): string {
  const problem = problemOf(name);
  if (problem !== undefined) throw entryError(archive, name, problem);
  const parts = name.split('/').filter((part) => part !== '.' && part !== '');
  if (parts.includes('..')) {
    throw entryError(archive, name, 'its path leads out of the directory with ".."');
  }
  if (parts.some((part) => Buffer.byteLength(part) > MAX_SEGMENT_BYTES)) {
    throw entryError(archive, name, `a part of its path is longer than ${MAX_SEGMENT_BYTES} bytes`);
  }
  return parts.join('/');
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'its name is empty';
  if (Buffer.byteLength(name) > MAX_PATH_BYTES) {
    return `its path is longer than ${MAX_PATH_BYTES} bytes`;
  }
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'its path is absolute';
  if (name.includes('\\')) return 'its path has a backslash';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'its name has a control character';
  if (name.includes('\ufffd')) return 'its name is not UTF-8';
  return undefined;
}

/** An entry that is not unpacked, and with it the whole archive. */
export function entryError(archive: string, entry: string, reason: string): DataError {
  return new DataError(`the entry ${quoted(entry)} is refused: ${reason}. Nothing was unpacked.`, {
    file: archive,
  });
}
