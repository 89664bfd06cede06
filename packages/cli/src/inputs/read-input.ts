import { readFile } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/**
 * The bytes of a file that the user named.
 *
 * @throws DataError `io`, naming the file.
 */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const missing = cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT';
    const reason = missing ? 'No such file.' : `It cannot be read: ${reasonOf(cause)}`;
    throw new DataError(reason, { file: path, code: 'io', cause });
  }
}
