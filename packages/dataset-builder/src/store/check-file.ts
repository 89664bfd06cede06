import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import { checkText } from '@embedllm/internals/files';
import { assertFile, readBytes } from '../files/read-bytes.js';
import { readError } from '../files/read-error.js';

/** A file at a moment. */
export interface InspectedFile {
  readonly file: string;
  readonly gzip: boolean;
  /** Its length. */
  readonly bytes: number;
  /** @throws DataError `io` when the file is not the one that was inspected any more. */
  assertUnchanged(): Promise<void>;
}

/** A file whose content is known. */
export interface CheckedFile extends InspectedFile {
  /** Of the bytes on disk, in hexadecimal. */
  readonly sha256: string;
}

/** Options of `checkFile`. */
export interface CheckFileOptions {
  /** Prove that it is UTF-8 text without NUL and, if compressed, complete. */
  readonly text: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** @throws DataError when DuckDB would take the path for a pattern. */
export function assertNoPattern(file: string): void {
  if (/[*?[\]]/.test(file)) {
    throw new DataError(
      'has *, ?, [ or ] in its path, which DuckDB treats as a pattern. Rename it.',
      { file },
    );
  }
}

/** @throws DataError `io` when it cannot be read. */
export async function inspectFile(file: string): Promise<InspectedFile> {
  await assertFile(file);
  const before = await statOf(file);
  return {
    file,
    gzip: await isGzip(file),
    bytes: before.size,
    async assertUnchanged() {
      const after = await statOf(file);
      if (after.size === before.size && after.mtimeMs === before.mtimeMs) return;
      throw new DataError('changed while it was being read. Import it again.', {
        file,
        code: 'io',
      });
    },
  };
}

/**
 * Hashes a file and proves what DuckDB would not report by line. One pass over the bytes.
 *
 * @throws DataError `io` when it cannot be read, `invalid-data` when it is not text.
 */
export async function checkFile(file: string, options: CheckFileOptions): Promise<CheckedFile> {
  const inspected = await inspectFile(file);
  const hash = createHash('sha256');
  const { signal, onBytes } = options;
  let hasNul = false;
  const onChunk = (chunk: Buffer): void => {
    hash.update(chunk);
    if (options.text && !hasNul) hasNul = chunk.includes(0);
  };
  if (options.text && inspected.gzip) {
    // DuckDB does not check that compressed data are complete and undamaged.
    for await (const _ of checkText(file, readBytes(file, { signal, onBytes, onChunk })));
  } else {
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18, signal })) {
        onChunk(chunk);
        onBytes?.(chunk.length);
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw readError(file, error);
    }
    // Invalid UTF-8 DuckDB finds itself; this pass says the line of a NUL byte.
    if (hasNul) for await (const _ of checkText(file, readBytes(file, { signal })));
  }
  return { ...inspected, sha256: hash.digest('hex') };
}

async function isGzip(file: string): Promise<boolean> {
  if (file.endsWith('.gz')) return true;
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw readError(file, error);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function statOf(file: string): Promise<Stats> {
  try {
    return await stat(file);
  } catch (error) {
    throw readError(file, error);
  }
}
