import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { errorCode, messageOf } from './read-error.js';

/**
 * Makes a directory with all of its content or none: it is filled next to its place, under a
 * temporary name, and takes its place in one step.
 *
 * @throws EmbedLLMError `io` when the directory has something in it or cannot be written; whatever
 * `fill` throws.
 */
export async function fillDirectory<T>(
  directory: string,
  fill: (temporary: string) => Promise<T>,
): Promise<T> {
  await assertEmptyDirectory(directory);
  const target = resolve(directory);
  const suffix = randomBytes(6).toString('hex');
  const temporary = join(dirname(target), `.${basename(target)}.${suffix}.tmp`);
  try {
    await mkdir(temporary, { recursive: true });
    const result = await fill(temporary);
    // Windows renames onto no directory, other systems onto an empty one.
    await rmdir(target).catch(() => {});
    await rename(temporary, target);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (error instanceof EmbedLLMError || errorCode(error) === undefined) throw error;
    throw notWritable(directory, error);
  }
}

/** @throws EmbedLLMError `io` when there is something at the place that is not an empty directory. */
export async function assertEmptyDirectory(directory: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw notWritable(directory, error);
  }
  if (names.length === 0) return;
  throw new EmbedLLMError(`${directory} is not empty. Choose another directory.`, { code: 'io' });
}

function notWritable(directory: string, cause: unknown): EmbedLLMError {
  const reason = messageOf(cause);
  return new EmbedLLMError(`${directory} cannot be written (${reason}).`, { code: 'io', cause });
}
