import { open } from 'node:fs/promises';
import { DataError } from '@embedllm/core';
import { assertFile, readBytes } from '../files/read-bytes.js';
import { readError } from '../files/read-error.js';

/** What `extractArchive` unpacks; a `tar` may be compressed with gzip. */
export type ArchiveFormat = 'zip' | 'tar';

const BLOCK = 512;

/** Archives and compressions that people share, but that are not unpacked here. */
const OTHERS: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: 'zstandard', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { name: 'RAR', magic: [0x52, 0x61, 0x72, 0x21] },
];

/**
 * What kind of archive a file is, by its content, whatever its name; `undefined` when it is not an
 * archive, such as a table compressed with gzip.
 *
 * @throws DataError `io` when the file cannot be read, `invalid-data` when it is gzip and damaged.
 */
export async function archiveFormat(file: string): Promise<ArchiveFormat | undefined> {
  const start = await readStart(file);
  if (isZip(start)) return 'zip';
  if (start[0] === 0x1f && start[1] === 0x8b) return (await isGzippedTar(file)) ? 'tar' : undefined;
  return isTarHeader(start) ? 'tar' : undefined;
}

/**
 * The same for a file that must be an archive.
 *
 * @throws DataError as above, and when it is not an archive, or one of another kind.
 */
export async function requireArchiveFormat(file: string): Promise<ArchiveFormat> {
  const format = await archiveFormat(file);
  if (format !== undefined) return format;
  const start = await readStart(file);
  const other = OTHERS.find(({ magic }) => magic.every((byte, i) => start[i] === byte));
  throw new DataError(
    other
      ? `is compressed with ${other.name}. Only .zip, .tar and .tar.gz are supported. Unpack or convert it.`
      : 'is not a supported archive. Supported: .zip, .tar and .tar.gz.',
    { file },
  );
}

async function readStart(file: string): Promise<Buffer> {
  await assertFile(file);
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readError(file, error);
  }
}

/** A local header, or the end of an archive without entries. */
function isZip(start: Buffer): boolean {
  if (start.length < 4 || start[0] !== 0x50 || start[1] !== 0x4b) return false;
  return (start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6);
}

async function isGzippedTar(file: string): Promise<boolean> {
  let start: Buffer = Buffer.alloc(0);
  for await (const chunk of readBytes(file)) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= BLOCK) break;
  }
  return isTarHeader(start);
}

/** By its checksum (POSIX.1-1988 ustar): the sum of the header's bytes, itself taken as blanks. */
function isTarHeader(start: Buffer): boolean {
  if (start.length < BLOCK) return false;
  const stored = /^ *([0-7]+)[ \0]/.exec(start.toString('latin1', 148, 156));
  if (stored === null) return false;
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += start[i]!;
  return sum === Number.parseInt(stored[1] as string, 8);
}
