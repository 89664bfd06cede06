import { stat } from 'node:fs/promises';

/**
 * Looks every so often whether files were replaced or written. Asking works on every file system
 * and for folders that are swapped as a whole, where notifications get lost.
 *
 * @param paths - Asked for anew each time.
 * @returns a function that stops it.
 */
export function watchFiles(
  paths: () => readonly string[],
  intervalMs: number,
  onChange: () => void,
): () => void {
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
  void look();
  return () => clearInterval(timer);
}

async function fingerprint(path: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${path} ${ino} ${mtimeMs} ${size}`;
  } catch {
    return `${path} absent`;
  }
}
