import { DataError, EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { loadPeer } from '../load-peer.js';
import type { ObjectStore } from './object-store.js';

/** What is known of a Parquet object. */
export interface ParquetObject {
  /** Its length. @default the storage is asked */
  readonly bytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Which rows and columns of a Parquet object. */
export interface ParquetRange extends ParquetObject {
  readonly columns: readonly string[];
  /** From 0. @default the first */
  readonly start?: number | undefined;
  /** Row after the last. @default all */
  readonly end?: number | undefined;
}

/** Rows of a Parquet object. @throws DataError naming the object where it cannot be read. */
export async function readParquetRows(
  storage: ObjectStore,
  key: string,
  { columns, start = 0, end, bytes, signal }: ParquetRange,
): Promise<Readonly<Record<string, unknown>>[]> {
  const { parquetReadObjects } = await loadParquet();
  const file = await openBuffer(storage, key, { bytes, signal });
  const range = {
    columns: [...columns],
    rowStart: start,
    ...(end !== undefined && { rowEnd: end }),
  };
  return parquetReadObjects({ file, ...range }).catch((cause: unknown) => {
    if (cause instanceof EmbedLLMError) throw cause;
    signal?.throwIfAborted();
    const last = end === undefined ? 'the last' : String(end);
    throw new DataError(`Rows ${start + 1} to ${last}: ${reasonOf(cause)}.`, { file: key, cause });
  });
}

/**
 * Columns of numbers of a whole Parquet object, without an object for each row.
 *
 * @param rows - How many there are.
 * @throws DataError naming the object where it cannot be read or has other rows.
 */
export async function readParquetNumbers<const Name extends string>(
  storage: ObjectStore,
  key: string,
  {
    columns,
    rows,
    signal,
  }: { columns: readonly Name[]; rows: number; signal?: AbortSignal | undefined },
): Promise<Record<Name, Float64Array>> {
  const { parquetRead } = await loadParquet();
  const file = await openBuffer(storage, key, { signal });
  const numbers = Object.fromEntries(
    columns.map((name) => [name, new Float64Array(rows)]),
  ) as Record<Name, Float64Array>;
  const filled = Object.fromEntries(columns.map((name) => [name, 0])) as Record<Name, number>;
  const onChunk = (chunk: {
    columnName: string;
    columnData: ArrayLike<unknown>;
    rowStart: number;
  }) => {
    const name = columns.find((column) => column === chunk.columnName);
    if (name === undefined) return;
    const target = numbers[name];
    for (let index = 0; index < chunk.columnData.length; index++) {
      target[chunk.rowStart + index] = Number(chunk.columnData[index]);
    }
    filled[name] += chunk.columnData.length;
  };
  try {
    await parquetRead({ file, columns: [...columns], onChunk });
  } catch (cause) {
    if (cause instanceof EmbedLLMError) throw cause;
    signal?.throwIfAborted();
    throw new DataError(`${reasonOf(cause)}.`, { file: key, cause });
  }
  for (const name of columns) {
    if (filled[name] === rows && numbers[name].every(Number.isFinite)) continue;
    throw new DataError(`Must have ${rows} numbers, but has ${filled[name]}.`, {
      file: key,
      field: name,
    });
  }
  return numbers;
}

/** @throws DataError when the object is not Parquet. */
export async function countParquetRows(
  storage: ObjectStore,
  key: string,
  { bytes, signal }: ParquetObject,
): Promise<number> {
  const { parquetMetadataAsync } = await loadParquet();
  const file = await openBuffer(storage, key, { bytes, signal });
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    if (cause instanceof EmbedLLMError) throw cause;
    signal?.throwIfAborted();
    throw new DataError(`This is not a Parquet file: ${reasonOf(cause)}.`, { file: key, cause });
  });
  return Number(metadata.num_rows);
}

function loadParquet() {
  return loadPeer('hyparquet', 'Reading Parquet', () => import('hyparquet'));
}

async function openBuffer(storage: ObjectStore, key: string, { bytes, signal }: ParquetObject) {
  const byteLength =
    bytes ??
    (await storage.size(key, { signal })) ??
    // What is missing is said by reading it.
    (await storage.get(key, { signal })).length;
  return {
    byteLength,
    async slice(start: number, end: number = byteLength): Promise<ArrayBuffer> {
      const from = start < 0 ? byteLength + start : start;
      const found = await storage.get(key, { range: { start: from, end }, signal });
      return Uint8Array.from(found).buffer;
    },
  };
}
