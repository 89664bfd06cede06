import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** The lines at the end of a file, the first of which may be cut; none where it cannot be read. */
export async function lastLines(file: string, mostBytes: number): Promise<string[]> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    await handle.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString().split('\n');
  } catch {
    // There is no file yet; if it cannot be written either, writing says so.
    return [];
  } finally {
    await handle?.close();
  }
}

/** Whether a file ends in something other than the end of a line; not where it cannot be read. */
export function endsWithinLine(file: string): boolean {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const last = Buffer.alloc(1);
    const { size } = fstatSync(handle);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  } catch {
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
