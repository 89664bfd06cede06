import { DataError } from '@embedllm/core';
import { archiveFormat } from './archive-format.js';

/** A file stands where a directory is needed; where it is an archive, what to do with it. */
export async function notADirectory(path: string, cause: unknown): Promise<DataError> {
  const format = await archiveFormat(path).catch(() => undefined);
  const message =
    format === undefined
      ? 'is not a directory.'
      : 'is an archive, but a directory is needed. Unpack it with extractArchive and give its directory.';
  return new DataError(message, { file: path, code: 'io', cause });
}
