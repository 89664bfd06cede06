import { DataError } from '@embedllm/internals';

/** A file of an archive, still packed. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes after unpacking. */
  readonly size: number;
  readonly compressedSize: number;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  /** Of the entry's local header, from the start of the archive. */
  readonly offset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const MAX_ENTRIES = 65_536;

/**
 * Lists a ZIP archive by its central directory (PKWARE's APPNOTE.TXT, 64-bit sizes included).
 * Every number is checked against the length of the archive before it is used.
 *
 * @throws DataError `invalid-data` when the archive is damaged, encrypted or compressed by
 * anything but deflate, or names a file twice.
 */
export function listZipEntries(bytes: Uint8Array, file?: string): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (message: string): never => {
    throw new DataError(`${message} The file is damaged or not a ZIP archive.`, { file });
  };
  const { count, start, size } = findDirectory(view, fail);
  if (count > MAX_ENTRIES) fail(`It declares ${count} entries.`);
  if (start + size > bytes.length) fail('The central directory lies outside the file.');
  const entries = new Map<string, ZipEntry>();
  let position = start;
  for (let index = 0; index < count; index++) {
    if (position + 46 > start + size || view.getUint32(position, true) !== DIRECTORY_ENTRY) {
      fail(`Entry ${index + 1} of the central directory is malformed.`);
    }
    const flags = view.getUint16(position + 8, true);
    const method = view.getUint16(position + 10, true);
    const nameLength = view.getUint16(position + 28, true);
    const extraLength = view.getUint16(position + 30, true);
    const end = position + 46 + nameLength + extraLength + view.getUint16(position + 32, true);
    if (end > start + size) fail(`Entry ${index + 1} of the central directory is truncated.`);
    const nameStart = position + 46;
    const name = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength));
    if (flags & 1) fail(`${name} is encrypted.`);
    if (method !== 0 && method !== 8)
      fail(`${name} is compressed with the unsupported method ${method}.`);
    if (entries.has(name)) fail(`${name} occurs twice.`);
    const sizes = readSizes(view, position, nameStart + nameLength, extraLength, fail);
    entries.set(name, { name, method, ...sizes });
    position = end;
  }
  return entries;
}

/**
 * Unpacks one file; a view of the archive where it is stored uncompressed.
 *
 * @throws DataError `invalid-data` when it does not lie in the archive or has another size than
 * the directory says.
 */
export async function readZipEntry(
  bytes: Uint8Array,
  entry: ZipEntry,
  file?: string,
): Promise<Uint8Array> {
  const { name, offset, compressedSize, size, method } = entry;
  const fail = (message: string): never => {
    throw new DataError(message, { file, field: name });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL_HEADER) {
    fail('The local header is not where the central directory says.');
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const packed = bytes.subarray(start, start + compressedSize);
  if (packed.length !== compressedSize) fail('The data are truncated.');
  if (method === 0) {
    if (size !== compressedSize) fail('Stored data have two different sizes.');
    return packed;
  }
  // Deflate cannot pack more tightly than 1032 to 1: a larger claim needs no memory to refute.
  if (size > 1032 * compressedSize + 64) fail(`${compressedSize} bytes cannot unpack to ${size}.`);
  return inflate(packed, size, fail);
}

async function inflate(
  packed: Uint8Array,
  size: number,
  fail: (message: string) => never,
): Promise<Uint8Array> {
  const result = new Uint8Array(size);
  const stream = new Blob([Uint8Array.from(packed)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  let length = 0;
  try {
    for await (const chunk of readChunks(stream)) {
      length += chunk.length;
      if (length > size) break;
      result.set(chunk, length - chunk.length);
    }
  } catch {
    fail('The compressed data are damaged.');
  }
  if (length !== size) fail(`The data do not unpack to the ${size} bytes declared.`);
  return result;
}

async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function findDirectory(
  view: DataView,
  fail: (message: string) => never,
): { count: number; start: number; size: number } {
  // The record is 22 bytes long, with a comment of up to 65,535 bytes after it.
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  let end = view.byteLength - 22;
  while (end >= first && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < first) return fail('There is no central directory.');
  const directory = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    start: view.getUint32(end + 16, true),
  };
  const needs64 =
    directory.count === 0xffff || directory.size === 0xffffffff || directory.start === 0xffffffff;
  if (!needs64) return directory;
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR_64) {
    return fail('The 64-bit central directory was not found.');
  }
  const record = uint64(view, end - 12);
  if (record + 56 > view.byteLength || view.getUint32(record, true) !== END_OF_DIRECTORY_64) {
    return fail('The 64-bit central directory is not at its declared position.');
  }
  return {
    count: uint64(view, record + 32),
    size: uint64(view, record + 40),
    start: uint64(view, record + 48),
  };
}

/** Sizes and offset of a directory entry; those of 0xffffffff stand in the extra field. */
function readSizes(
  view: DataView,
  position: number,
  extraStart: number,
  extraLength: number,
  fail: (message: string) => never,
): Pick<ZipEntry, 'size' | 'compressedSize' | 'offset'> {
  const sizes = {
    size: view.getUint32(position + 24, true),
    compressedSize: view.getUint32(position + 20, true),
    offset: view.getUint32(position + 42, true),
  };
  const large = (['size', 'compressedSize', 'offset'] as const).filter(
    (name) => sizes[name] === 0xffffffff,
  );
  if (large.length === 0) return sizes;
  for (let at = extraStart; at + 4 <= extraStart + extraLength; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      const isWhole = length >= 8 * large.length && at + 4 + length <= extraStart + extraLength;
      if (!isWhole) break;
      large.forEach((name, index) => {
        sizes[name] = uint64(view, at + 4 + 8 * index);
      });
      return sizes;
    }
    at += 4 + length;
  }
  return fail('An entry has no 64-bit sizes.');
}

function uint64(view: DataView, position: number): number {
  return Number(view.getBigUint64(position, true));
}
