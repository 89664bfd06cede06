import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataError, type Progress } from '@embedllm/core';
import { fillDirectory } from '../files/fill-directory.js';
import { sizeOfFile } from '../files/read-bytes.js';
import { errorCode } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';
import { type ArchiveFormat, requireArchiveFormat } from './archive-format.js';
import { type ArchiveLimits, type ResolvedArchiveLimits, resolveLimits } from './archive-limits.js';
import { openZip } from './open-zip.js';
import { readTar } from './read-tar.js';

/** Options of `extractArchive`. */
export interface ExtractArchiveOptions extends ArchiveLimits {
  /** Which files to unpack, by their paths within the archive. @default all */
  readonly filter?: ((path: string) => boolean) | undefined;
  /** Stops unpacking, leaving nothing behind; the promise then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk (256 KiB at most) with the bytes of the archive and a path in it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What was unpacked. */
export interface ExtractedArchive {
  readonly format: ArchiveFormat;
  /** Paths within the directory, in the order of the archive, with `/` between their parts. */
  readonly files: readonly string[];
  /** Size of all files together. */
  readonly bytes: number;
}

/** What both formats are read as. */
type ArchiveEvent =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

/**
 * Unpacks a .zip, .tar or .tar.gz archive, recognized by its content, into a directory that does
 * not exist yet or is empty. All of it is unpacked next to that directory first and takes its place
 * in one step, so that a failure leaves nothing behind.
 *
 * The archive is taken as hostile: a path that is absolute or leads out, symbolic and hard links,
 * devices, repeated paths, encryption, and more entries or bytes than the limits allow are errors.
 * Only names and contents are taken over, not modes, owners or times; empty directories are not.
 * Memory holds a few chunks of 256 KiB, and of a zip archive its directory.
 *
 * @throws DataError naming archive and entry: `io` when the archive cannot be read,
 * `invalid-data` when it is damaged or refused.
 * @throws EmbedLLMError `io` when the directory is not empty or cannot be written,
 * `invalid-argument` on options out of range.
 */
export async function extractArchive(
  file: string,
  directory: string,
  options: ExtractArchiveOptions = {},
): Promise<ExtractedArchive> {
  const limits = resolveLimits(options);
  options.signal?.throwIfAborted();
  const format = await requireArchiveFormat(file);
  const extracted = await fillDirectory(directory, async (temporary) => {
    const unpacked = await unpack(file, format, temporary, { ...options, limits });
    options.signal?.throwIfAborted();
    return unpacked;
  });
  return { format, ...extracted };
}

interface UnpackOptions extends Omit<ExtractArchiveOptions, keyof ArchiveLimits> {
  readonly limits: ResolvedArchiveLimits;
}

/** Unpacks into a directory that nobody else knows of. */
async function unpack(
  file: string,
  format: ArchiveFormat,
  directory: string,
  options: UnpackOptions,
): Promise<Omit<ExtractedArchive, 'format'>> {
  const { filter, onProgress } = options;
  const totalBytes = await sizeOfFile(file);
  const files: string[] = [];
  let bytes = 0;
  let writtenBytes = 0;
  let path = '';
  let handle: FileHandle | undefined;
  const onBytes = (count: number): void => {
    bytes += count;
  };
  const events = format === 'zip' ? zipEvents : tarEvents;
  try {
    for await (const event of events(file, options, onBytes)) {
      if (event.kind === 'file') {
        path = event.path;
        if (filter?.(path) === false) continue;
        handle = await create(file, directory, path);
        files.push(path);
      } else if (event.kind === 'data') {
        if (handle === undefined) continue;
        await handle.writeFile(event.bytes);
        writtenBytes += event.bytes.length;
      } else if (handle !== undefined) {
        await handle.close();
        handle = undefined;
      }
      onProgress?.({
        phase: 'unpack',
        done: bytes,
        total: totalBytes,
        unit: 'bytes',
        detail: path,
      });
    }
  } finally {
    await handle?.close();
  }
  return { files, bytes: writtenBytes };
}

/** The path is checked and nothing below the directory is a link, so the file is within it. */
async function create(archive: string, directory: string, path: string): Promise<FileHandle> {
  const target = join(directory, ...path.split('/'));
  try {
    await mkdir(dirname(target), { recursive: true });
    return await open(target, 'wx');
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EISDIR') throw error;
    throw new DataError(
      `the entry ${quoted(path)} is refused: another entry already has that path. Nothing was unpacked.`,
      { file: archive, cause: error },
    );
  }
}

async function* zipEvents(
  file: string,
  { limits, signal, filter }: UnpackOptions,
  onBytes: (count: number) => void,
): AsyncGenerator<ArchiveEvent, void, undefined> {
  const zip = await openZip(file, { ...limits, signal });
  try {
    for (const { path, size, compressedSize } of zip.entries) {
      if (filter?.(path) === false) {
        onBytes(compressedSize);
        continue;
      }
      yield { kind: 'file', path };
      let counted = 0;
      let length = 0;
      for await (const bytes of zip.stream(path, { signal })) {
        length += bytes.length;
        const packed = Math.floor(compressedSize * (length / size));
        onBytes(packed - counted);
        counted = packed;
        yield { kind: 'data', bytes };
      }
      onBytes(compressedSize - counted);
      yield { kind: 'end' };
    }
  } finally {
    zip.close();
  }
}

function tarEvents(
  file: string,
  { limits, signal }: UnpackOptions,
  onBytes: (count: number) => void,
): AsyncGenerator<ArchiveEvent, void, undefined> {
  return readTar(file, { limits, signal, onBytes });
}
