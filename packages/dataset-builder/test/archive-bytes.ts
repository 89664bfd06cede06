import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** An entry of `tarBytes`, by the fields of its header (POSIX.1-1988 ustar). */
export interface TarBytesEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Type flag. @default '0', a file */
  readonly type?: string;
  readonly link?: string;
  /** Written instead of the content's length. */
  readonly size?: number;
}

/** A tar archive, byte by byte, so that hostile ones can be made too. */
export function tarBytes(entries: readonly TarBytesEntry[], end = true): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, content = '', type = '0', link = '', size } of entries) {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    const octal = (value: number, digits: number): string =>
      `${value.toString(8).padStart(digits, '0')}\0`;
    header.write(name, 0, 100);
    header.write(octal(0o644, 7), 100);
    header.write(octal(0, 7), 108);
    header.write(octal(0, 7), 116);
    header.write(octal(size ?? bytes.length, 11), 124);
    header.write(octal(0, 11), 136);
    header.fill(' ', 148, 156);
    header.write(type, 156);
    header.write(link, 157, 100);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, bytes, Buffer.alloc(-bytes.length & 511));
  }
  if (end) blocks.push(Buffer.alloc(1024));
  return Buffer.concat(blocks);
}

export function tarGzBytes(entries: readonly TarBytesEntry[]): Buffer {
  return gzipSync(tarBytes(entries));
}

/** What fixtures/zstandard/frames.zst is of. */
export const NUMBERS: string = Array.from(
  { length: 40_000 },
  (_, line) => `${line} ${(line * 7919) % 1000}\n`,
).join('');

/** An entry of `zipBytes`. */
export interface ZipBytesEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Unix mode with its type bits, such as 0o120777 for a symbolic link. @default a file */
  readonly mode?: number;
  /** Number written as compression method; the content is deflated for 8, else stored. @default 8 */
  readonly method?: number;
  /** The content compressed, for other methods. */
  readonly packed?: Uint8Array;
  readonly encrypted?: boolean;
  /** Written instead of the true ones. */
  readonly crc?: number;
  readonly size?: number;
  /** Points at the local header of the entry before, as overlapping bombs do. */
  readonly sharesLast?: boolean;
}

/** A zip archive, byte by byte (APPNOTE 4.3), so that hostile ones can be made too. */
export function zipBytes(entries: readonly ZipBytesEntry[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let last = 0;
  for (const entry of entries) {
    const { content = '', mode = 0o100644, method = 8, encrypted = false } = entry;
    const name = Buffer.from(entry.name);
    const bytes = Buffer.from(content);
    const packed = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(bytes) : bytes));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const start = entry.sharesLast ? last : offset;
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(central, 6);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(start, 42);
    directory.push(central, name);
    last = start;
    if (entry.sharesLast) continue;
    local.push(Buffer.from([0x50, 0x4b, 3, 4]), common, name, packed);
    offset += 30 + name.length + packed.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}
