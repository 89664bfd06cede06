import { DataError, describeLocation } from '@embedllm/core';

/**
 * Does something with a configuration that was read from a file.
 *
 * @throws what it throws, where that names a field alone with the file in front.
 */
export function inFile<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw withFile(file, error);
  }
}

/** An error that names a field alone, with the file; any other as it is. */
export function withFile(file: string, error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const { location, message, code } = error;
  if (location.file !== undefined || location.field === undefined) return error;
  const text = message.slice(describeLocation(location).length + 2);
  return new DataError(text, { ...location, file, code, cause: error });
}
