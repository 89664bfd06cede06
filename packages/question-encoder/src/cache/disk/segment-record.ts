import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';

/** What every segment file begins with; the last character is the version of the format. */
export const SEGMENT_HEADER: Buffer = Buffer.from('EMBLLMV1', 'latin1');

/** Largest vector that a record can hold. */
export const MAX_DIMENSIONS = 65_536;

const IS_BIG_ENDIAN = endianness() === 'BE';
const KEY_BYTES = 32;
const VECTOR_AT = 4 + KEY_BYTES;

/** Bytes of a record: dimensions (u32), key, vector (f32 each), CRC-32 of all before; little-endian. */
export function recordBytes(dimensions: number): number {
  return VECTOR_AT + 4 * dimensions + 4;
}

/** Whether a key is one that a record can hold: 64 lower-case hexadecimal digits. */
export function isRecordKey(key: string): boolean {
  return /^[0-9a-f]{64}$/.test(key);
}

/** Appends the records of vectors that were checked; shape of each [1..MAX_DIMENSIONS]. */
export function encodeRecords(entries: ReadonlyMap<string, Float32Array>): Buffer {
  let total = 0;
  for (const vector of entries.values()) total += recordBytes(vector.length);
  const bytes = Buffer.alloc(total);
  let at = 0;
  for (const [key, vector] of entries) {
    bytes.writeUInt32LE(vector.length, at);
    bytes.write(key, at + 4, 'hex');
    const end = at + VECTOR_AT + 4 * vector.length;
    const values = bytes.subarray(at + VECTOR_AT, end);
    values.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    if (IS_BIG_ENDIAN) values.swap32();
    bytes.writeUInt32LE(crc32(bytes.subarray(at, end)), end);
    at = end + 4;
  }
  return bytes;
}

/** A record as it lies in a buffer. */
export interface SegmentRecord {
  readonly key: string;
  readonly dimensions: number;
}

/**
 * Reads the head of the record at an offset and checks its sum.
 *
 * @returns undefined where the buffer ends within the record, or what is there is no record.
 */
export function checkRecord(bytes: Buffer, at: number): SegmentRecord | undefined {
  if (at + VECTOR_AT > bytes.length) return undefined;
  const dimensions = bytes.readUInt32LE(at);
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) return undefined;
  const end = at + VECTOR_AT + 4 * dimensions;
  if (end + 4 > bytes.length) return undefined;
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(at, end))) return undefined;
  return { key: bytes.toString('hex', at + 4, at + VECTOR_AT), dimensions };
}

/** Copies the vector out of the record at an offset. */
export function recordVector(bytes: Buffer, at: number, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const values = Buffer.from(vector.buffer);
  bytes.copy(values, 0, at + VECTOR_AT);
  if (IS_BIG_ENDIAN) values.swap32();
  return vector;
}
