import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { DataError } from '@embedllm/core';
import type { AsyncBuffer, Compressors } from 'hyparquet';
import { assertFile, type ReadBytesOptions } from '../files/read-bytes.js';
import { errorCode, messageOf, readError } from '../files/read-error.js';
import type { JsonObject } from '../jsonl/parse-object.js';

/** A group of rows is read whole. */
const MAX_GROUP_BYTES: number = 512 * 1024 * 1024;

const MAGIC = 'PAR1';

/** Whether a file is a Parquet file, by its first bytes. */
export async function isParquetFile(file: string): Promise<boolean> {
  try {
    await assertFile(file);
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return bytesRead === 4 && buffer.toString('latin1') === MAGIC;
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Another reader says what is wrong.
    if (error instanceof DataError || errorCode(error) !== undefined) return false;
    throw error;
  }
}

/**
 * The rows of a Parquet file as JSON has them, group by group.
 *
 * @throws DataError where the file is not complete Parquet, or a group of rows is too large.
 */
export async function* parquetRows(
  file: string,
  { signal, onBytes }: ReadBytesOptions = {},
): AsyncGenerator<JsonObject, void, undefined> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  await assertFile(file);
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw readError(file, cause);
  });
  const failed = (cause: unknown): DataError =>
    new DataError(`is not a readable Parquet file (${messageOf(cause)}).`, { file, cause });
  try {
    const { size: byteLength } = await handle.stat();
    let hasFailed = false;
    const buffer: AsyncBuffer = {
      byteLength,
      slice: async (start, end = byteLength) => {
        // Where one column of a damaged file cannot be begun, nobody waits for those begun before it,
        // whose own errors would end the process. These then never come.
        await setImmediate();
        if (hasFailed) await new Promise<never>(() => undefined);
        const bytes = new ArrayBuffer(Math.max(0, end - start));
        await handle.read(new Uint8Array(bytes), 0, bytes.byteLength, start);
        return bytes;
      },
    };
    const metadata = await parquetMetadataAsync(buffer).catch((cause: unknown) => {
      throw failed(cause);
    });
    const hasZstd = metadata.row_groups.some(({ columns }) =>
      columns.some(({ meta_data }) => meta_data?.codec === 'ZSTD'),
    );
    const decompress = hasZstd ? await compressors() : BUILT_IN;
    let rowStart = 0;
    for (const [index, group] of metadata.row_groups.entries()) {
      signal?.throwIfAborted();
      const bytes = Number(group.total_byte_size);
      const rowEnd = rowStart + Number(group.num_rows);
      if (!(bytes <= MAX_GROUP_BYTES) || !(rowEnd <= Number(metadata.num_rows))) {
        throw new DataError(
          `has a row group of ${group.num_rows} rows and ${bytes} bytes (number ${index + 1}). Row groups are read at once and can have at most ${MAX_GROUP_BYTES} bytes. Write the file with smaller row groups.`,
          { file },
        );
      }
      let rows: readonly Record<string, unknown>[];
      try {
        rows = await parquetReadObjects({
          ...{ file: buffer, metadata, rowStart, rowEnd, geoparquet: false },
          compressors: decompress,
        });
      } catch (cause) {
        hasFailed = true;
        throw failed(cause);
      }
      for (const row of rows) yield jsonOf(row);
      onBytes?.(group.columns.reduce((sum, { meta_data: of }) => sum + sizeOf(of), 0));
      rowStart = rowEnd;
    }
  } finally {
    await handle.close();
  }
}

/** What decompresses pages; Snappy is built in. */
async function compressors(): Promise<Compressors> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return { ...BUILT_IN, ZSTD: (input, size) => decoder.decode(input, Math.max(1, size)) };
}

const BUILT_IN: Compressors = {
  GZIP: (input, size) => gunzipSync(input, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (input, size) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
};

function sizeOf(column: { readonly total_compressed_size: bigint } | undefined): number {
  return Number(column?.total_compressed_size ?? 0);
}

function jsonOf(row: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

/** Integers of 64 bits as numbers where these hold them, times as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer).toString('base64');
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value;
}
