import { DataError, isJsonObject } from '@embedllm/internals';
import { parseJson } from '../json/parse-json.js';
import { BYTES_PER_ELEMENT, countElements, isTensorDtype, type TensorDtype } from './tensor.js';

/** The format's own limit on the header, in bytes. */
const MAX_HEADER_BYTES = 100_000_000;

/** One tensor as the header describes it; offsets count from the end of the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A checked header; the entries are in the order of their data. */
export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Record<string, string>;
  /** Offset of the first byte of data in the file. */
  readonly dataStart: number;
}

/**
 * Reads the header: its length in 8 bytes, then JSON.
 *
 * @throws DataError `invalid-data`.
 */
export function readSafetensorsHeader(
  bytes: Uint8Array,
  file: string | undefined,
): SafetensorsHeader {
  if (bytes.length < 8) {
    throw new DataError(
      `The file has only ${bytes.length} bytes, too few for a safetensors file.`,
      { file },
    );
  }
  const declared = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (declared > MAX_HEADER_BYTES || Number(declared) > bytes.length - 8) {
    throw new DataError(
      `The file declares a header of ${declared} bytes, but ${bytes.length - 8} bytes follow and the limit is ${MAX_HEADER_BYTES}. Is this a complete safetensors file?`,
      { file },
    );
  }
  const dataStart = 8 + Number(declared);
  // Tensors go into a Map, so that a tensor may be named `__proto__`.
  const header = parseJson(bytes.subarray(8, dataStart), {
    file,
    field: 'header',
    allowProtoKey: true,
  });
  if (!isJsonObject(header)) {
    throw new DataError('The header is not a JSON object.', { file, field: 'header' });
  }
  const metadata: Record<string, string> = Object.create(null);
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(value, metadata, file);
    else entries.push(readEntry(name, value, file));
  }
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  return { entries, metadata, dataStart };
}

function readMetadata(
  value: unknown,
  metadata: Record<string, string>,
  file: string | undefined,
): void {
  const field = '__metadata__';
  if (!isJsonObject(value)) throw new DataError('Must be a JSON object.', { file, field });
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw new DataError(`The value of ${JSON.stringify(key)} is not a string.`, { file, field });
    }
    metadata[key] = text;
  }
}

function readEntry(name: string, value: unknown, file: string | undefined): HeaderEntry {
  const refuse = (message: string): DataError => new DataError(message, { file, field: name });
  if (!isJsonObject(value)) throw refuse('The entry is not a JSON object.');
  for (const key of Object.keys(value)) {
    if (key !== 'dtype' && key !== 'shape' && key !== 'data_offsets') {
      throw refuse(`The entry has the unknown key ${JSON.stringify(key)}.`);
    }
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isTensorDtype(dtype)) {
    throw refuse(`The element type ${JSON.stringify(dtype)} is not supported.`);
  }
  const count = isNumberList(shape) ? countElements(shape) : undefined;
  if (!isNumberList(shape) || count === undefined) {
    throw refuse(
      `The shape ${JSON.stringify(shape)} is not a list of sizes with at most 2^53 elements in total.`,
    );
  }
  if (!isNumberList(offsets) || offsets.length !== 2) {
    throw refuse(`data_offsets ${JSON.stringify(offsets)} is not a pair of numbers.`);
  }
  const [begin = -1, end = -1] = offsets;
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
    throw refuse(`data_offsets [${begin}, ${end}] is not a range of bytes.`);
  }
  const size = count * BYTES_PER_ELEMENT[dtype];
  if (end - begin !== size) {
    throw refuse(
      `${dtype} of shape [${shape.join(', ')}] takes ${size} bytes, but data_offsets gives it ${end - begin}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
