import { EmbedLLMError } from '@embedllm/core';

/** Bytes of an object from `start` up to, but not with, `end`. */
export interface ByteRange {
  /** From 0. */
  readonly start: number;
  /** Above `start`; what lies beyond the object is left out. */
  readonly end: number;
}

/** Options of every call. */
export interface StorageCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** An object in a listing. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * Objects that all machines see, by keys such as `vectors/part-00003.safetensors`. An object appears
 * completely or not at all, and is replaced whole. Nothing else is asked of a store: no locks, no
 * conditional writes, no appending.
 */
export interface ObjectStore {
  /** Names the store in messages, without credentials: `s3://bucket/prefix`. */
  readonly address: string;
  /**
   * Reads an object, or a range of its bytes.
   *
   * @throws EmbedLLMError `io`, naming the key and the store, when there is no such object.
   */
  get(
    key: string,
    options?: StorageCallOptions & { readonly range?: ByteRange | undefined },
  ): Promise<Uint8Array>;
  /** Length of an object in bytes, or `undefined` when there is none. */
  size(key: string, options?: StorageCallOptions): Promise<number | undefined>;
  /** Writes or replaces an object. Readers see the old bytes or the new ones. */
  put(key: string, bytes: Uint8Array, options?: StorageCallOptions): Promise<void>;
  /** All objects whose keys begin with a prefix, in any order. */
  list(prefix: string, options?: StorageCallOptions): AsyncIterable<StoredObject>;
  /** Removes an object; does nothing when there is none. */
  delete(key: string, options?: StorageCallOptions): Promise<void>;
  /** Frees connections. */
  close(): Promise<void>;
}

/**
 * Refuses keys that a folder or a server could understand differently.
 *
 * @throws EmbedLLMError `invalid-argument`.
 */
export function assertKey(key: string): void {
  const isPlain = key
    .split('/')
    .every((part) => /^[\w.=@+ -]+$/.test(part) && !part.startsWith('.') && part.trim() === part);
  if (isPlain && key.length <= 900) return;
  throw new EmbedLLMError(
    `${JSON.stringify(key)} is not a valid object key. Keys consist of letters, digits and "_-.=@+" in parts joined by "/", and no part begins with a dot.`,
    { code: 'invalid-argument' },
  );
}

/** @throws EmbedLLMError `invalid-argument` for a range that is empty or not of whole numbers. */
export function assertRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new EmbedLLMError(`There are no bytes from ${start} to ${end}.`, {
    code: 'invalid-argument',
  });
}

/** The error for an object that does not exist. */
export function missingObject(key: string, address: string, cause: unknown): EmbedLLMError {
  return new EmbedLLMError(`There is no object ${key} in ${address}.`, { code: 'io', cause });
}
