import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordPlace } from './read-segment.js';
import { encodeRecords, recordBytes, SEGMENT_HEADER } from './segment-record.js';

/**
 * Appends records to a segment of its own, which no other process writes to: so processes need no
 * locks.
 */
export class SegmentWriter {
  /** The segment's name in the folder. */
  readonly name: string;
  readonly #handle: FileHandle;
  #position: number = SEGMENT_HEADER.length;

  private constructor(name: string, handle: FileHandle) {
    this.name = name;
    this.#handle = handle;
  }

  /** Makes a new segment in a folder. */
  static async create(directory: string): Promise<SegmentWriter> {
    const name = `segment-${randomBytes(8).toString('hex')}.vectors`;
    const handle = await open(join(directory, name), 'wx');
    try {
      await writeAll(handle, SEGMENT_HEADER, 0);
      await handle.sync();
      await syncFolder(directory);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new SegmentWriter(name, handle);
  }

  /**
   * Writes records and waits until they are on the disk. After an error the writer must not be used
   * again: records behind one that is cut off would never be found.
   */
  async append(entries: ReadonlyMap<string, Float32Array>): Promise<Map<string, RecordPlace>> {
    const bytes = encodeRecords(entries);
    await writeAll(this.#handle, bytes, this.#position);
    await this.#handle.datasync();
    const places = new Map<string, RecordPlace>();
    for (const [key, vector] of entries) {
      places.set(key, { offset: this.#position, dimensions: vector.length });
      this.#position += recordBytes(vector.length);
    }
    return places;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    const { bytesWritten } = await handle.write(bytes, written, rest, position + written);
    written += bytesWritten;
  }
}

/** Waits until the entries of a folder are on the disk. */
async function syncFolder(path: string): Promise<void> {
  // Windows keeps folder entries durable by itself and does not let a folder be opened.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
