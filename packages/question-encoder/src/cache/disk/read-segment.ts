import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import {
  checkRecord,
  MAX_DIMENSIONS,
  recordBytes,
  recordVector,
  SEGMENT_HEADER,
} from './segment-record.js';

/** Bytes read at once: many records, and more than the largest. */
const WINDOW_BYTES = 8 * 1024 * 1024;
/** Records as far apart as this are read together: a seek costs more. */
const MAX_GAP_BYTES = 64 * 1024;

/** Where a record lies in its segment. */
export interface RecordPlace {
  readonly offset: number;
  readonly dimensions: number;
}

/** Opens a segment for reading, unless it is not a regular file. */
async function openSegment(path: string): Promise<FileHandle> {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new DataError('It is not a regular file.', { file: path });
}

/**
 * Finds the whole records of a segment from an offset on and checks their sums. It ends before the
 * first that is cut off or damaged, which is where the process that wrote it was killed, or is still
 * writing.
 *
 * @returns the offset at which it ended.
 * @throws DataError `unsupported-version` when the file is not a segment of this version.
 */
export async function scanSegment(
  path: string,
  from: number,
  options: {
    readonly onRecord: (key: string, place: RecordPlace) => void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<number> {
  const handle = await openSegment(path);
  try {
    let position = from;
    if (position === 0) {
      const header = await readAt(handle, 0, SEGMENT_HEADER.length);
      if (header.length < SEGMENT_HEADER.length || header.every((byte) => byte === 0)) return 0;
      if (!header.equals(SEGMENT_HEADER)) {
        throw new DataError(
          'It is not a vector segment in the format that this version reads. Use another folder.',
          { file: path, code: 'unsupported-version' },
        );
      }
      position = SEGMENT_HEADER.length;
    }
    for (;;) {
      options.signal?.throwIfAborted();
      const window = await readAt(handle, position, WINDOW_BYTES);
      let at = 0;
      for (;;) {
        const record = checkRecord(window, at);
        if (!record) break;
        const { key, dimensions } = record;
        options.onRecord(key, { offset: position + at, dimensions });
        at += recordBytes(dimensions);
      }
      position += at;
      const isWhole = window.length - at > recordBytes(MAX_DIMENSIONS);
      if (at === 0 || isWhole || window.length < WINDOW_BYTES) return position;
    }
  } finally {
    await handle.close();
  }
}

/**
 * Reads records of one segment and checks them once more.
 *
 * @returns the vectors by key; records that are damaged or are now another's are left out.
 */
export async function readRecords(
  path: string,
  places: ReadonlyMap<string, RecordPlace>,
): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  const handle = await openSegment(path);
  try {
    const sorted = [...places].sort(([, a], [, b]) => a.offset - b.offset);
    for (let first = 0; first < sorted.length; ) {
      const start = placeOf(sorted, first).offset;
      let end = endOf(placeOf(sorted, first));
      let next = first + 1;
      while (next < sorted.length) {
        const place = placeOf(sorted, next);
        if (place.offset - end > MAX_GAP_BYTES || endOf(place) - start > WINDOW_BYTES) break;
        end = endOf(place);
        next++;
      }
      const bytes = await readAt(handle, start, end - start);
      for (const [key, { offset }] of sorted.slice(first, next)) {
        const record = checkRecord(bytes, offset - start);
        if (record?.key !== key) continue;
        vectors.set(key, recordVector(bytes, offset - start, record.dimensions));
      }
      first = next;
    }
  } finally {
    await handle.close();
  }
  return vectors;
}

function placeOf(sorted: readonly (readonly [string, RecordPlace])[], index: number): RecordPlace {
  return (sorted[index] as readonly [string, RecordPlace])[1];
}

function endOf({ offset, dimensions }: RecordPlace): number {
  return offset + recordBytes(dimensions);
}

/** Reads up to `length` bytes; fewer only where the file ends. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
