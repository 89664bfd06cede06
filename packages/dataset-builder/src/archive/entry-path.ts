import { DataError } from '@embedllm/core';
import { quoted, unsafePath } from '../files/relative-path.js';

/**
 * The path of an entry below the directory that it is unpacked into, with `/` between its parts
 * and without `.` parts. Whatever is not safe is refused rather than repaired.
 *
 * @throws DataError naming archive and entry.
 */
export function entryPath(archive: string, name: string): string {
  const problem = unsafePath(name);
  if (problem !== undefined) throw entryError(archive, name, problem);
  const parts = name.split('/').filter((part) => part !== '.' && part !== '');
  return parts.join('/');
}

/** An entry that is not unpacked, and with it the whole archive. */
export function entryError(archive: string, entry: string, reason: string): DataError {
  return new DataError(`the entry ${quoted(entry)} is refused: ${reason}. Nothing was unpacked.`, {
    file: archive,
  });
}
