import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of a folder that are looked at; those of an artifact are fewer. */
const MAX_FILES = 100;

/**
 * Looks every so often whether files, or the files of folders, were replaced or written. Asking
 * works on every file system and for folders that are swapped as a whole, where notifications get
 * lost. A copy that is under way shows as one change after the other.
 *
 * @param paths - Asked for again each time.
 * @returns a function that stops it, once it has looked for the first time.
 */
export async function watchFiles(
  paths: () => readonly string[],
  intervalMs: number,
  onChange: () => void,
): Promise<() => void> {
  let last: string | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const states = await Promise.all(paths().map(fingerprint));
    isLooking = false;
    const now = states.join('\n');
    const isChanged = last !== undefined && now !== last;
    last = now;
    if (isChanged) onChange();
  };
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  await look();
  return () => clearInterval(timer);
}

async function fingerprint(path: string): Promise<string> {
  try {
    const entry = await stat(path);
    const own = describe(path, entry);
    if (!entry.isDirectory()) return own;
    const names = (await readdir(path)).sort().slice(0, MAX_FILES);
    const files = names.map(async (name) => describe(name, await stat(join(path, name))));
    return [own, ...(await Promise.all(files))].join('\n');
  } catch {
    return `${path} absent`;
  }
}

function describe(path: string, { ino, mtimeMs, size }: Stats): string {
  return `${path} ${ino} ${mtimeMs} ${size}`;
}
