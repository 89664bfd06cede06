import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notADirectory } from '../archive/not-a-directory.js';
import { errorCode, readError } from './read-error.js';

/** Files that macOS adds to archives and foreign disks; they never hold data. */
export const OF_MACOS: RegExp = /^(?:__MACOSX$|\._|\.DS_Store$)/;

/** Whether a file or folder is one of those that macOS adds. */
function isOfMacOS(name: string): boolean {
  return OF_MACOS.test(name);
}

/**
 * All files below a directory, in the order of their paths. Links to directories are not followed,
 * so that a link cannot lead in a circle; what macOS adds (`__MACOSX`, `._*`) is left out.
 *
 * @throws DataError `io` when a directory cannot be read.
 */
export async function listFiles(directory: string, signal?: AbortSignal): Promise<string[]> {
  signal?.throwIfAborted();
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') throw await notADirectory(directory, error);
    throw readError(directory, error);
  }
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isOfMacOS(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await listFiles(path, signal)));
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
  return found;
}
