import { DataError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/** A directory stands where a file is needed. */
export function directoryError(file: string, cause?: unknown): DataError {
  const message = 'is a directory, but a file is needed.';
  return new DataError(message, { file, code: 'io', cause });
}

/** A pipe or device stands where a file is needed that is read more than once. */
export function pipeError(file: string): DataError {
  const message =
    'is a pipe or a device, but has to be read more than once. Save what it gives as a file.';
  return new DataError(message, { file, code: 'io' });
}

/** Describes a failed open, stat or read to a user. */
export function readError(file: string, error: unknown): DataError {
  const code = errorCode(error);
  if (code === 'EISDIR') return directoryError(file, error);
  const reason =
    code === 'ENOENT'
      ? 'there is no such file.'
      : code === 'ENOTDIR'
        ? 'a part of the path is not a directory.'
        : code === 'EACCES' || code === 'EPERM'
          ? 'may not be read: permission denied.'
          : `cannot be read (${reasonOf(error)}).`;
  return new DataError(reason, { file, code: 'io', cause: error });
}

/** The code that Node puts on system and zlib errors. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
