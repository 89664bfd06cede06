import { DataError } from '@embedllm/core';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { readBytes } from '../files/read-bytes.js';
import { messageOf } from '../files/read-error.js';
import { assertEntryCount, assertExpansion, type ResolvedArchiveLimits } from './archive-limits.js';
import { entryError, entryPath } from './entry-path.js';

/** Longest extended header (names, mostly) that is read: it is held in memory. */
const MAX_META_BYTES: number = 1024 * 1024;

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
const DIRECTORIES: ReadonlySet<string> = new Set(['Directory', 'GNUDumpDir']);

/** Kinds of entries that are refused, in words. */
const REFUSED: Readonly<Record<string, string>> = {
  SymbolicLink: 'a symbolic link',
  Link: 'a hard link',
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
  FIFO: 'a named pipe',
  SparseFile: 'a sparse file',
};

/** What happens next in a tar archive. */
export type TarEvent =
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  /** Bytes of the last file. They may be kept. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The last file is complete. */
  | { readonly kind: 'end' };

/** Options of `readTar`. */
export interface ReadTarOptions {
  readonly limits: ResolvedArchiveLimits;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of further bytes that were taken from the disk, before decompression. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Streams the files of a tar archive, plain or gzip, in their order; directories are left out.
 * Parses with node-tar. Memory holds a few chunks of 256 KiB.
 *
 * @throws DataError naming the archive, and the entry where there is one, when the archive is
 * damaged, cut off, larger than the limits allow, or has an entry that is refused: a path that
 * leads out, a link, a device, a repeated path.
 */
export async function* readTar(
  file: string,
  options: ReadTarOptions,
): AsyncGenerator<TarEvent, void, undefined> {
  const { limits, signal, onBytes } = options;
  let packed = 0;
  let unpacked = 0;
  const events = new TarEvents(file, limits);
  const onPacked = (count: number): void => {
    packed += count;
    onBytes?.(count);
  };
  for await (const chunk of readBytes(file, { signal, onBytes: onPacked })) {
    unpacked += chunk.length;
    assertExpansion(file, { entry: events.last, packed, unpacked }, limits);
    yield* events.after(chunk);
  }
  yield* events.after(undefined);
}

/** Turns the parser's callbacks, which come while it is given a chunk, into a list of events. */
class TarEvents {
  /** Name of the last entry, for messages. */
  last = '';
  readonly #file: string;
  readonly #limits: ResolvedArchiveLimits;
  readonly #parser: Parser;
  readonly #paths: Set<string> = new Set();
  #events: TarEvent[] = [];
  #entries = 0;
  #ended = false;

  constructor(file: string, limits: ResolvedArchiveLimits) {
    this.#file = file;
    this.#limits = limits;
    // Strict: whatever the parser would only warn of is an error. Without listener for `error` it
    // throws, out of `write` or `end`.
    this.#parser = new Parser({ strict: true, maxMetaEntrySize: MAX_META_BYTES });
    this.#parser.on('entry', (entry: ReadEntry) => this.#take(entry));
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => this.#refuse(entry));
    this.#parser.on('eof', () => {
      this.#ended = true;
    });
  }

  /** What a chunk brings; `undefined` ends the archive. */
  after(chunk: Buffer | undefined): TarEvent[] {
    this.#events = [];
    try {
      // Blocks after the end are padding; the parser would keep them all.
      if (chunk !== undefined && !this.#ended) this.#parser.write(chunk);
      if (chunk === undefined) {
        this.#parser.end();
        if (!this.#ended) throw new Error('its end mark is missing');
      }
    } catch (error) {
      if (error instanceof DataError) throw error;
      throw new DataError(
        `the tar archive is damaged or truncated (${messageOf(error)}). Copy or download it again.`,
        { file: this.#file, cause: error },
      );
    }
    return this.#events;
  }

  #take(entry: ReadEntry): void {
    this.#entries++;
    assertEntryCount(this.#file, this.#entries, this.#limits);
    this.last = entry.path;
    const path = entryPath(this.#file, entry.path);
    if (DIRECTORIES.has(entry.type)) {
      entry.resume();
      return;
    }
    if (!FILES.has(entry.type)) this.#refuse(entry);
    if (path === '') throw entryError(this.#file, entry.path, 'it has no name');
    // GNU tar's newer sparse files look like plain ones but for their place.
    if (/(^|\/)GNUSparseFile\.\d+\//.test(path)) {
      throw entryError(this.#file, entry.path, 'it is a sparse file');
    }
    if (this.#paths.has(path)) {
      throw entryError(this.#file, entry.path, 'an earlier entry has the same path');
    }
    this.#paths.add(path);
    this.#events.push({ kind: 'file', path, size: entry.size });
    // Flowing from here on: the parser hands over the bytes while it is given a chunk.
    entry.on('data', (bytes: Buffer) => this.#events.push({ kind: 'data', bytes }));
    entry.on('end', () => this.#events.push({ kind: 'end' }));
  }

  #refuse(entry: ReadEntry): never {
    const { path, type, meta } = entry;
    const reason = meta
      ? `its header is longer than ${MAX_META_BYTES} bytes`
      : `it is ${REFUSED[type] ?? `of an unknown kind (${type})`}`;
    throw entryError(this.#file, path, reason);
  }
}
