import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { ObjectStore } from '../storage/object-store.js';

/** A folder of one job, on this machine's disk. */
export interface WorkFolder {
  readonly path: string;
  /** Copies an object there. @returns the path of the file. */
  fetch(key: string, name: string): Promise<string>;
  /** Copies a file from there. */
  send(name: string, key: string): Promise<void>;
}

const PREFIX = 'embedllm-import-';
/** How often a folder is marked as in use, */
const MARK_MS = 10_000;
/** and how old the mark of a worker is that was killed: no job keeps the process busy for so long. */
const ABANDONED_MS = 300_000;

/** Removes the folders that workers left here which were killed. */
export async function removeAbandonedFolders(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const markedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    // Another user's may not be removed.
    if (Date.now() - markedAt > ABANDONED_MS) await rm(path, { recursive: true }).catch(() => {});
  }
}

/** The disk of this machine is full or cannot be written. Another worker may do the job. */
export class FullDiskError extends EmbedLLMError {}

/** Works in a folder that is removed afterwards; messages name objects instead of its files. */
export async function withWorkFolder<T>(
  storage: ObjectStore,
  signal: AbortSignal | undefined,
  work: (folder: WorkFolder) => Promise<T>,
): Promise<T> {
  await removeAbandonedFolders().catch(() => {});
  const path = await mkdtemp(join(tmpdir(), PREFIX)).catch((cause: unknown) => {
    throw diskError(cause) ?? cause;
  });
  const marking = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => {});
  }, MARK_MS);
  try {
    return await work({
      path,
      async fetch(key, name) {
        const file = join(path, name);
        const bytes = await storage.get(key, { signal });
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, bytes);
        return file;
      },
      async send(name, key) {
        await storage.put(key, await readFile(join(path, name)), { signal });
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    // A full storage names its object itself.
    const full = reasonOf(error).includes(storage.address) ? undefined : diskError(error);
    if (full) throw full;
    if (!(error instanceof EmbedLLMError)) throw error;
    const text = reasonOf(error).replaceAll(`${path}/`, '').replaceAll(path, '.');
    throw new EmbedLLMError(text, { code: error.code, cause: error });
  } finally {
    clearInterval(marking);
    await rm(path, { recursive: true, force: true });
  }
}

/** What says that the folder's disk is at fault; DuckDB has only words for it. */
function diskError(cause: unknown): FullDiskError | undefined {
  const reason = reasonOf(cause);
  const isFull = /ENOSPC|EDQUOT|No space left on device|disk is full|max_temp_directory_size/i.test(
    reason,
  );
  if (!isFull && !/EROFS|EACCES|Read-only file system/i.test(reason)) return undefined;
  return new FullDiskError(
    `The temporary folder ${tmpdir()} of ${hostname()} ${isFull ? 'is full' : 'cannot be written'} (${reason}). Make room there, or start the worker with TMPDIR set to a folder with more.`,
    { code: 'io', cause },
  );
}
