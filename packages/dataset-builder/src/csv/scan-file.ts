import { open } from 'node:fs/promises';
import { readBytes } from '../files/read-bytes.js';
import { readError } from '../files/read-error.js';
import type { RecordScanner } from './record-scanner.js';

/** Small enough to stay in a core's cache between reading and scanning. */
const CHUNK_BYTES: number = 1 << 18;

/** Room before a chunk for the record that the chunk before it cut. */
const CARRY_BYTES: number = 1 << 16;

/** Options of `scanFile`. */
export interface ScanFileOptions {
  readonly gzip: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes more were read, before decompression. */
  readonly onBytes: (count: number) => void;
}

/** Scans a CSV file, plain or gzip. @throws DataError `io` when it cannot be read; what `push` throws. */
export async function scanFile(
  file: string,
  scanner: RecordScanner,
  { gzip, signal, onBytes }: ScanFileOptions,
): Promise<void> {
  if (gzip) {
    for await (const chunk of readBytes(file, { signal, onBytes })) {
      scanner.push(chunk, 0, chunk.length);
    }
  } else {
    await scanPlain(file, scanner, signal, onBytes);
  }
  scanner.finish();
}

/** Reads into two buffers in turn, so that one is read while the other is scanned. */
async function scanPlain(
  file: string,
  scanner: RecordScanner,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<void> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw readError(file, error);
  });
  let pending: Promise<{ bytesRead: number; buffer: Buffer }> | undefined;
  const readInto = (buffer: Buffer): Promise<{ bytesRead: number; buffer: Buffer }> => {
    const read = handle.read(buffer, CARRY_BYTES, CHUNK_BYTES, null);
    // It is awaited after the scan beside it, which may fail first.
    read.catch(() => {});
    return read;
  };
  let free: Buffer = Buffer.allocUnsafeSlow(CARRY_BYTES + CHUNK_BYTES);
  try {
    pending = readInto(Buffer.allocUnsafeSlow(CARRY_BYTES + CHUNK_BYTES));
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await pending.catch((error: unknown) => {
        throw readError(file, error);
      });
      if (bytesRead === 0) break;
      pending = readInto(free);
      free = buffer;
      onBytes(bytesRead);
      scanner.push(buffer, CARRY_BYTES, CARRY_BYTES + bytesRead);
    }
  } finally {
    await pending?.catch(() => {});
    await handle.close();
  }
}
