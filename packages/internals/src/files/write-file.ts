import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a new file and waits until its contents are on the disk. */
export async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until the entries of a folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows keeps folder entries durable by itself and does not let a folder be opened.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file, or creates it, so that readers see the old or the new contents whole. What is
 * neither file nor folder, such as a pipe, a terminal or /dev/null, is written to instead.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  if (await isPipeOrDevice(path)) {
    await writeFile(path, content);
    return;
  }
  const temporary = join(
    dirname(path),
    `.${basename(path)}.writing-${randomBytes(6).toString('hex')}`,
  );
  try {
    await writeDurably(temporary, content);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether a path leads to something that is neither a file nor a folder, nor missing. */
export async function isPipeOrDevice(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && !status.isFile() && !status.isDirectory();
}
