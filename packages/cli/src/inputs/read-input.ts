import { DataError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { readWhole } from '@embedllm/internals/files';

/**
 * The bytes of a file that the user named.
 *
 * @throws DataError `io`, naming the file.
 */
export async function readInput(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await readWhole(path, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    const missing = cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT';
    const reason = missing ? 'No such file.' : `It cannot be read: ${reasonOf(cause)}`;
    throw new DataError(reason, { file: path, code: 'io', cause });
  }
}
