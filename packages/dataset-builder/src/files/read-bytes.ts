import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { DataError } from '@embedllm/core';
import { openToRead } from '@embedllm/internals/files';
import { directoryError, errorCode, messageOf, pipeError, readError } from './read-error.js';

/** Large enough that per-chunk work vanishes compared with parsing, small enough to stay responsive. */
const CHUNK_BYTES = 256 * 1024;

/** Options of `readBytes`. */
export interface ReadBytesOptions {
  /** Stops reading between chunks, throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of further bytes that were taken from the disk, before decompression. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** Given every chunk as it is on the disk, before decompression. */
  readonly onChunk?: ((chunk: Buffer) => void) | undefined;
}

/**
 * Streams the content of a plain or gzip-compressed file; which one it is, the first bytes say.
 *
 * @throws DataError naming the file: `io` when it is missing, a directory or unreadable,
 * `invalid-data` when it is empty, named `.gz` without being gzip, or truncated or damaged gzip.
 */
export async function* readBytes(
  file: string,
  options: ReadBytesOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const stream = await openFile(file, options.signal);
  const chunks = readCounted(file, stream, options);
  try {
    const head = await takeHead(chunks, 2);
    if (head.length === 0) throw new DataError('the file is empty.', { file });
    const rest = joined(head, chunks);
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* gunzip(file, rest);
    } else if (file.endsWith('.gz')) {
      throw new DataError(
        'the name ends in .gz, but the content is not gzip. Rename or compress it.',
        { file },
      );
    } else {
      yield* rest;
    }
  } finally {
    stream.destroy();
  }
}

/**
 * The size of a regular file in bytes, 0 for a pipe or device, which is not opened: a pipe could
 * not be read again.
 *
 * @throws DataError `io` when it is missing or a directory.
 */
export async function sizeOfFile(file: string): Promise<number> {
  const status = await statusOf(file);
  if (status.isDirectory()) throw directoryError(file);
  return status.isFile() ? status.size : 0;
}

/**
 * Refuses what cannot be read twice. Opening a pipe would wait for its writer, in a thread that
 * keeps the process from ending, and looking at its first bytes would take them from the reader.
 *
 * @throws DataError `io` when it is missing, a directory, a pipe or a device.
 */
export async function assertFile(file: string): Promise<void> {
  const status = await statusOf(file);
  if (status.isDirectory()) throw directoryError(file);
  if (!status.isFile()) throw pipeError(file);
}

async function statusOf(file: string): Promise<Stats> {
  try {
    return await stat(file);
  } catch (error) {
    throw readError(file, error);
  }
}

async function openFile(file: string, signal: AbortSignal | undefined): Promise<Readable> {
  try {
    return await openToRead(file, { signal, chunkBytes: CHUNK_BYTES });
  } catch (error) {
    signal?.throwIfAborted();
    throw readError(file, error);
  }
}

async function* readCounted(
  file: string,
  stream: Readable,
  { signal, onBytes, onChunk }: ReadBytesOptions,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = await iterator.next();
    } catch (error) {
      signal?.throwIfAborted();
      throw readError(file, error);
    }
    if (next.done) return;
    signal?.throwIfAborted();
    onBytes?.(next.value.length);
    onChunk?.(next.value);
    yield next.value;
  }
}

/** Reads until at least `count` bytes are there or the stream ends: a pipe may give single bytes. */
async function takeHead(
  chunks: AsyncGenerator<Buffer, void, undefined>,
  count: number,
): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* joined(
  head: Buffer,
  rest: AsyncGenerator<Buffer, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  yield head;
  yield* rest;
}

async function* gunzip(
  file: string,
  compressed: AsyncGenerator<Buffer, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  const decompressor: Gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // The callback only marks errors as handled: the iteration below throws them.
  pipeline(Readable.from(compressed, { objectMode: false }), decompressor, () => {});
  try {
    for await (const chunk of decompressor) yield chunk;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'Z_BUF_ERROR') {
      throw new DataError(
        'the gzip data end too early: the file is truncated. Copy or download it again.',
        { file, cause: error },
      );
    }
    if (code?.startsWith('Z_')) {
      throw new DataError(
        `the gzip data are damaged (${messageOf(error)}). Copy or download the file again.`,
        { file, cause: error },
      );
    }
    throw error;
  } finally {
    decompressor.destroy();
  }
}
