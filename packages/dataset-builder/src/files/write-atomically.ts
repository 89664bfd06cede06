import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EmbedLLMError } from '@embedllm/core';
import { errorCode, messageOf } from './read-error.js';

/** A file to write. */
export interface FileContent {
  /** Name within the directory. */
  readonly name: string;
  /** Text goes out as UTF-8. */
  readonly chunks: Iterable<string | Uint8Array>;
  readonly gzip?: boolean | undefined;
}

/**
 * Writes files into a directory, which is made where it is missing. All of them are written and
 * flushed under temporary names first, so that a failure leaves what was there untouched; then
 * each takes its place in one step. A directory that was made is removed again on a failure. (A
 * crash of the machine between these steps can leave new files next to old ones, but never half a
 * file.)
 *
 * @returns the paths written.
 * @throws EmbedLLMError `io` when writing fails; whatever the chunks throw.
 */
export async function writeAtomically(
  directory: string,
  files: readonly FileContent[],
  signal?: AbortSignal | undefined,
): Promise<string[]> {
  const pending: { readonly temporary: string; readonly path: string }[] = [];
  let failedOn = directory;
  let made: string | undefined;
  try {
    made = await mkdir(directory, { recursive: true });
    for (const { name, chunks, gzip } of files) {
      const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
      const path = join(directory, name);
      failedOn = path;
      await assertNotDirectory(path);
      pending.push({ temporary, path });
      await writeChunks(temporary, chunks, gzip);
    }
    signal?.throwIfAborted();
    for (const { temporary, path } of pending) {
      failedOn = path;
      await rename(temporary, path);
    }
    return pending.map(({ path }) => path);
  } catch (error) {
    await Promise.all(pending.map(({ temporary }) => rm(temporary, { force: true })));
    if (made !== undefined) await removeEmpty(directory, made);
    if (errorCode(error) === undefined || error instanceof EmbedLLMError) throw error;
    throw new EmbedLLMError(`${failedOn} cannot be written (${messageOf(error)}).`, {
      code: 'io',
      cause: error,
    });
  }
}

/** The file is closed when this returns: an open one can keep its folder from being removed. */
async function writeChunks(
  path: string,
  chunks: FileContent['chunks'],
  gzip: boolean | undefined,
): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    const source = Readable.from(chunks, { objectMode: false });
    const target = handle.createWriteStream({ flush: true });
    await (gzip ? pipeline(source, createGzip(), target) : pipeline(source, target));
  } finally {
    await handle.close();
  }
}

/** Removes a directory and those above it up to the last one, as far as nothing is in them. */
async function removeEmpty(directory: string, last: string): Promise<void> {
  const end = resolve(last);
  try {
    for (let path = resolve(directory); path.startsWith(end); path = dirname(path)) {
      await rmdir(path);
    }
  } catch {
    // Something is in it, or it cannot be removed: the error that led here counts.
  }
}

/** Renaming over a directory would fail only after other files have taken their places. */
async function assertNotDirectory(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  throw new EmbedLLMError(`${path} is a directory. Remove it or choose another place.`, {
    code: 'io',
  });
}
