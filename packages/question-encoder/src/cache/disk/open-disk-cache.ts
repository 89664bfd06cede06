import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import type { EmbeddingStore } from '../embedding-store.js';
import { asIoError } from './io-error.js';
import { type RecordPlace, readRecords, scanSegment } from './read-segment.js';
import { isRecordKey, MAX_DIMENSIONS } from './segment-record.js';
import { SegmentWriter } from './segment-writer.js';

/** Options of `openDiskCache`. */
export interface DiskCacheOptions {
  /** Stops opening; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A store for `withCache` in a folder. */
export interface DiskCache extends EmbeddingStore {
  readonly directory: string;
  /** Number of vectors that can be looked up. */
  readonly size: number;
  /**
   * Bytes at the ends of segments that are not a whole record, because a process was killed, is still
   * writing, or the file is damaged. Their texts are encoded again.
   */
  readonly unreadableBytes: number;
  /** Waits for writes under way and closes the files; the cache is an error to use from then on. */
  close(): Promise<void>;
}

const SEGMENT_NAME = /^segment-[0-9a-f]{16}\.vectors$/;

/**
 * Opens a cache of vectors in a folder, which is created if missing. Each cache that is opened
 * appends to a segment file of its own, with a checksum in every record, and reads those of all
 * others: any number of processes may use a folder at once, and one killed while writing loses only
 * the batch that it wrote. Texts are not stored, only hashes of them.
 *
 * A vector takes 4 x dimensions + 40 bytes of disk and about 200 of memory. Opening reads all
 * segments once; remove the folder, or segments in it, to make room.
 *
 * @throws EmbedLLMError `io` when the folder cannot be made or read; DataError
 * `unsupported-version` when another version's segments are in it. `set` throws `io` when the disk
 * is full, and `invalid-argument` on a key or vector that no record can hold.
 *
 * @example
 * ```ts
 * const store = await openDiskCache('./cache');
 * const vectors = await withCache(encoder, store).encode(questions);
 * await store.close();
 * ```
 */
export async function openDiskCache(
  directory: string,
  options: DiskCacheOptions = {},
): Promise<DiskCache> {
  options.signal?.throwIfAborted();
  const cache = new SegmentedCache(directory);
  await asIoError(`Cannot open the cache ${directory}`, async () => {
    await mkdir(directory, { recursive: true });
    await cache.refresh(options.signal);
  });
  return cache;
}

/** How far a segment is known. */
interface Segment {
  /** Where its whole records end. */
  end: number;
  /** Its length when it was last scanned. */
  size: number;
}

interface IndexEntry extends RecordPlace {
  readonly segment: string;
}

class SegmentedCache implements DiskCache {
  readonly directory: string;
  readonly #index = new Map<string, IndexEntry>();
  readonly #segments = new Map<string, Segment>();
  #writer: SegmentWriter | undefined;
  /** Names of the segments written here, whose records are known without reading them. */
  readonly #own = new Set<string>();
  /** The last write; the next one waits for it. */
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  get size(): number {
    return this.#index.size;
  }

  get unreadableBytes(): number {
    let total = 0;
    for (const { end, size } of this.#segments.values()) total += size - end;
    return total;
  }

  async get(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    this.#requireOpen();
    return await asIoError(`Cannot read the cache ${this.directory}`, async () => {
      if (!keys.every((key) => this.#index.has(key))) await this.refresh();
      const bySegment = new Map<string, Map<string, RecordPlace>>();
      for (const key of keys) {
        const entry = this.#index.get(key);
        if (!entry) continue;
        const places = bySegment.get(entry.segment) ?? new Map<string, RecordPlace>();
        bySegment.set(entry.segment, places.set(key, entry));
      }
      const found = new Map<string, Float32Array>();
      for (const [segment, places] of bySegment) {
        const vectors = await this.#read(segment, places);
        for (const [key, place] of places) {
          const vector = vectors.get(key);
          if (vector) found.set(key, vector);
          // Damaged since it was scanned: forgotten, so that a new record can take its place.
          else if (this.#index.get(key) === place) this.#index.delete(key);
        }
      }
      return found;
    });
  }

  async set(entries: ReadonlyMap<string, Float32Array>): Promise<void> {
    this.#requireOpen();
    for (const [key, vector] of entries) checkEntry(key, vector);
    if (entries.size === 0) return;
    const write = this.#writing.then(() => this.#append(entries));
    this.#writing = write.catch(() => {});
    await asIoError(`Cannot write to the cache ${this.directory}`, () => write);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#writer?.close();
    this.#writer = undefined;
  }

  /** Takes up what other processes have added since the last look. */
  async refresh(signal?: AbortSignal): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => SEGMENT_NAME.test(name)).sort();
    for (const name of names) {
      if (this.#own.has(name)) continue;
      const path = join(this.directory, name);
      const known = this.#segments.get(name) ?? { end: 0, size: 0 };
      const onRecord = (key: string, place: RecordPlace): void => {
        this.#index.set(key, { ...place, segment: name });
      };
      try {
        const { size } = await stat(path);
        if (size <= known.size) continue;
        const end = await scanSegment(path, known.end, { onRecord, signal });
        this.#segments.set(name, { end, size: Math.max(size, end) });
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  }

  async #read(
    segment: string,
    places: ReadonlyMap<string, RecordPlace>,
  ): Promise<Map<string, Float32Array>> {
    try {
      return await readRecords(join(this.directory, segment), places);
    } catch (error) {
      if (isMissing(error)) return new Map();
      throw error;
    }
  }

  async #append(entries: ReadonlyMap<string, Float32Array>): Promise<void> {
    this.#writer ??= await SegmentWriter.create(this.directory);
    const writer = this.#writer;
    this.#own.add(writer.name);
    try {
      for (const [key, place] of await writer.append(entries)) {
        this.#index.set(key, { ...place, segment: writer.name });
      }
    } catch (error) {
      // The segment may now end in a part of a record: the next write begins another.
      this.#writer = undefined;
      await writer.close().catch(() => {});
      throw error;
    }
  }

  #requireOpen(): void {
    if (this.#closed) {
      throw new EmbedLLMError(`The cache ${this.directory} is closed.`, {
        code: 'invalid-argument',
      });
    }
  }
}

/** Whether a segment is gone: somebody has made room by removing it. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function checkEntry(key: string, vector: Float32Array): void {
  if (!isRecordKey(key)) {
    throw new EmbedLLMError(
      `A cache key must be 64 lower-case hexadecimal digits, but is ${JSON.stringify(key)}.`,
      { code: 'invalid-argument' },
    );
  }
  if (vector.length < 1 || vector.length > MAX_DIMENSIONS) {
    throw new EmbedLLMError(
      `The cache stores vectors of 1 to ${MAX_DIMENSIONS} dimensions, but one has ${vector.length}.`,
      { code: 'invalid-argument' },
    );
  }
}
