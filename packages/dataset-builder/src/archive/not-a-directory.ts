import { DataError } from '@embedllm/core';
import { archiveFormat } from './archive-format.js';

/** Advice for a file of the wrong kind that turns out to be an archive. */
export async function archiveHint(path: string): Promise<string> {
  const format = await archiveFormat(path).catch(() => undefined);
  return format ? ' It is an archive. Unpack it, or read it with readEvaluations.' : '';
}

/** A file stands where a directory is needed. */
export async function notADirectory(path: string, cause: unknown): Promise<DataError> {
  const message = `is not a directory.${await archiveHint(path)}`;
  return new DataError(message, { file: path, code: 'io', cause });
}
