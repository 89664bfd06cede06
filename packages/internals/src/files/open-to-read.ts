import { close, constants, createReadStream, fstat, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Options of `openToRead`. */
export interface OpenToReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Size of the chunks of a file in bytes. @default Node's, 65,536 */
  readonly chunkBytes?: number | undefined;
}

/**
 * Opens what is read once, from start to end. Opening a named pipe the usual way would wait for its
 * writer in a thread that keeps the process from ending; here the wait ends with the signal.
 *
 * @throws the system's error when it is missing or may not be read.
 */
export async function openToRead(
  path: string,
  { signal, chunkBytes }: OpenToReadOptions = {},
): Promise<Readable> {
  signal?.throwIfAborted();
  const asFile = { signal, highWaterMark: chunkBytes };
  if (!(await stat(path)).isFIFO()) return createReadStream(path, asFile);
  const fd = await promisify(open)(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  // Something else may have taken its place since.
  if ((await promisify(fstat)(fd)).isFIFO()) {
    return new Socket({ fd, readable: true, writable: false, signal });
  }
  await promisify(close)(fd);
  return createReadStream(path, asFile);
}

/**
 * Reads a file, or a pipe until its writer is done.
 *
 * @throws the system's error when it is missing or cannot be read; the signal's reason.
 */
export async function readWhole(path: string, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of await openToRead(path, { signal })) chunks.push(chunk);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return Buffer.concat(chunks);
}
