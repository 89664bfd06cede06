import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { advice, DataError, EmbedLLMError, namedOption } from '@embedllm/core';
import type { Entry, ZipFile } from 'yauzl';
import { errorCode, messageOf, readError } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';
import { MAX_UNZSTD_BYTES, unzstd } from './unzstd.js';
import { type PackedEntry, STORED, type ZipEntry, ZSTANDARD } from './zip-entry.js';

const CHUNK_BYTES: number = 256 * 1024;

/** Longest content that `ZipArchive.read` takes into memory, unless told otherwise. */
const DEFAULT_MAX_READ_BYTES: number = 256 * 1024 * 1024;

/** Options of `ZipArchive.stream`. */
export interface ZipStreamOptions {
  /** Stops reading between chunks, throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `ZipArchive.read`. */
export interface ZipReadOptions extends ZipStreamOptions {
  /** Longest content accepted, in bytes. @default 256 MiB */
  readonly maxBytes?: number | undefined;
}

// Only `openZip` makes archives, and declarations must not name the types of yauzl, which brings none.
export let createArchive: (
  file: string,
  zip: ZipFile,
  packed: ReadonlyMap<string, PackedEntry>,
) => ZipArchive;

/**
 * A zip archive open for reading, made by `openZip`. Close it when done. Several entries may be
 * read at the same time.
 */
export class ZipArchive {
  /** The archive, as the caller gave it. */
  readonly file: string;
  /** Its files in the order of its directory; directories are left out. */
  readonly entries: readonly ZipEntry[];
  readonly #zip: ZipFile;
  readonly #packed: ReadonlyMap<string, PackedEntry>;

  static {
    createArchive = (file, zip, packed) => new ZipArchive(file, zip, packed);
  }

  private constructor(file: string, zip: ZipFile, packed: ReadonlyMap<string, PackedEntry>) {
    this.file = file;
    this.entries = [...packed.values()].map(({ path, size, compressedSize }) => ({
      path,
      size,
      compressedSize,
    }));
    this.#zip = zip;
    this.#packed = packed;
  }

  /**
   * Streams the unpacked content of one file. Memory holds two chunks of 256 KiB, or of a file that
   * is compressed with Zstandard its whole content, of 256 MiB at most.
   *
   * @throws EmbedLLMError `invalid-argument` when there is no file at that path.
   * @throws DataError naming archive and entry when the content is damaged: it cannot be
   * decompressed, or has another length or CRC-32 than the archive's directory says; and when it is
   * compressed with Zstandard and longer than 256 MiB.
   */
  async *stream(
    path: string,
    options: ZipStreamOptions = {},
  ): AsyncGenerator<Buffer, void, undefined> {
    const { signal } = options;
    const { entry, size } = this.#find(path);
    signal?.throwIfAborted();
    let length = 0;
    let checksum = 0;
    for await (const chunk of this.#unpack(entry, path)) {
      signal?.throwIfAborted();
      length += chunk.length;
      if (length > size) break;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (length !== size) {
      const how = length > size ? 'longer' : 'shorter';
      throw this.#damaged(path, `its content is ${how} than the ${size} bytes it should have`);
    }
    if (checksum !== entry.crc32) throw this.#damaged(path, 'its checksum (CRC-32) is wrong');
  }

  /**
   * Reads the unpacked content of one file into memory.
   *
   * @throws DataError as `stream` does, and when the content is longer than `maxBytes`.
   */
  async read(path: string, options: ZipReadOptions = {}): Promise<Buffer> {
    const { maxBytes = DEFAULT_MAX_READ_BYTES } = options;
    const { size } = this.#find(path);
    if (size > maxBytes) {
      throw new DataError(
        advice`the entry ${quoted(path)} has ${size} bytes, more than ${maxBytes}. Raise ${namedOption('maxRecordBytes')} if this is expected.`,
        { file: this.file },
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream(path, options)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Closes the file once what is being streamed has ended. */
  close(): void {
    this.#zip.close();
  }

  #find(path: string): PackedEntry {
    const found = this.#packed.get(path);
    if (found !== undefined) return found;
    throw new EmbedLLMError(`${this.file} has no file ${quoted(path)}.`, {
      code: 'invalid-argument',
    });
  }

  async *#unpack(entry: Entry, path: string): AsyncGenerator<Buffer, void, undefined> {
    const { compressionMethod: method, compressedSize, uncompressedSize: size } = entry;
    if (method === ZSTANDARD && Math.max(compressedSize, size) > MAX_UNZSTD_BYTES) {
      throw new DataError(
        `the entry ${quoted(path)} is compressed with Zstandard and longer than ${MAX_UNZSTD_BYTES} bytes, the most that can be read in this format. Compress it with deflate instead.`,
        { file: this.file },
      );
    }
    try {
      const packed = await this.#zip.openReadStreamPromise(entry, { decodeFileData: false });
      if (method === STORED) {
        for await (const chunk of packed) yield chunk;
        return;
      }
      if (method === ZSTANDARD) {
        const content = await unzstd(packed, size);
        for (let at = 0; at < content.length; at += CHUNK_BYTES) {
          yield content.subarray(at, at + CHUNK_BYTES);
        }
        return;
      }
      const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
      // The callback only marks errors as handled: the iteration below throws them.
      pipeline(packed, inflate, () => {});
      for await (const chunk of inflate) yield chunk;
    } catch (error) {
      const code = errorCode(error);
      // Errors of the format carry no code; those of the system do and are about the file.
      if (code === undefined || code.startsWith('Z_')) {
        throw this.#damaged(path, `it cannot be read (${messageOf(error)})`, error);
      }
      throw readError(this.file, error);
    }
  }

  #damaged(path: string, reason: string, cause?: unknown): DataError {
    return new DataError(
      `the entry ${quoted(path)} is damaged: ${reason}. Copy or download the archive again.`,
      { file: this.file, cause },
    );
  }
}
