import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DataError, EmbedLLMError, reasonOf } from '@embedllm/internals';

/** Bytes that one system call reads, between looks at the signal. */
const CHUNK_BYTES = 64 * 1024 * 1024;

/** Options of `readFileBytes`. */
export interface ReadFileOptions {
  /** Refuses a larger file before reading it, in bytes; no limit when left out. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a regular file, through symbolic links, as the Hugging Face cache has them.
 *
 * @throws EmbedLLMError `io` naming the path, with the system's error as `cause`; DataError
 * `invalid-data` on a file that is too large.
 */
export async function readFileBytes(
  path: string,
  options: ReadFileOptions = {},
): Promise<Uint8Array> {
  return asIoError(`Cannot read ${path}`, async () => {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readAll(handle, path, options);
    } finally {
      await handle.close();
    }
  });
}

async function readAll(
  handle: FileHandle,
  path: string,
  { maxBytes = Number.POSITIVE_INFINITY, signal }: ReadFileOptions,
): Promise<Uint8Array> {
  const stats = await handle.stat();
  if (!stats.isFile())
    throw new EmbedLLMError(`Cannot read ${path}: it is not a file.`, { code: 'io' });
  if (stats.size > maxBytes) {
    throw new DataError(`The file has ${stats.size} bytes, but at most ${maxBytes} are allowed.`, {
      file: path,
    });
  }
  const bytes = new Uint8Array(stats.size);
  let length = 0;
  while (length < bytes.length) {
    signal?.throwIfAborted();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - length);
    const { bytesRead } = await handle.read(bytes, length, wanted, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** Runs file operations, turning the system's errors into `EmbedLLMError` `io`. */
export async function asIoError<T>(attempt: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new EmbedLLMError(`${attempt}: ${reasonOf(cause)}.`, { code: 'io', cause });
  }
}

/** Whether an error comes from the operating system; its `code` is such as `ENOENT`. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
