import { DataError } from '../errors.js';

/** A header longer than this is refused; numpy itself warns from 10,000 characters on. */
const MAX_HEADER_BYTES = 65_536;

/** What the header says about the array. */
export interface NpyHeader {
  /** Element type, such as `<f4`; `undefined` for a structured type. */
  readonly descr: string | undefined;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Offset of the first byte of data in the file. */
  readonly dataStart: number;
}

/**
 * Reads magic, version and the header, a Python dictionary literal of the three keys `descr`,
 * `fortran_order` and `shape`.
 *
 * @throws DataError `invalid-data`.
 */
export function readNpyHeader(bytes: Uint8Array, file: string | undefined): NpyHeader {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (magic.some((byte, index) => bytes[index] !== byte) || bytes.length < 10) {
    throw new DataError('Not a numpy array file: it does not start with \\x93NUMPY.', { file });
  }
  const major = bytes[6] as number;
  const minor = bytes[7] as number;
  if (major < 1 || major > 3 || minor !== 0) {
    throw new DataError(`The .npy format version ${major}.${minor} is not 1.0, 2.0 or 3.0.`, {
      file,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw new DataError('The file ends within the header.', { file });
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES || headerStart + length > bytes.length) {
    throw new DataError(
      `The header is said to take ${length} bytes, but ${bytes.length - headerStart} follow and ${MAX_HEADER_BYTES} is the limit.`,
      { file },
    );
  }
  const dataStart = headerStart + length;
  // Version 3.0 is UTF-8; the earlier ones are Latin-1, of which only ASCII can occur here.
  const text = new TextDecoder().decode(bytes.subarray(headerStart, dataStart));
  const literal = parseDictionary(text);
  if (!literal) {
    throw new DataError(
      `The header ${JSON.stringify(text.trim().slice(0, 200))} is not a dictionary of descr, fortran_order and shape.`,
      { file },
    );
  }
  return { ...literal, dataStart };
}

type Literal = Omit<NpyHeader, 'dataStart'>;

/** Parses the dictionary; `undefined` when it is anything but the three keys, each once. */
function parseDictionary(text: string): Literal | undefined {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  let rest = body.trim();
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  const seen = new Set<string>();
  while (rest !== '') {
    const key = /^(['"])(descr|fortran_order|shape)\1\s*:\s*/.exec(rest);
    const name = key?.[2];
    if (!key || name === undefined || seen.has(name)) return undefined;
    seen.add(name);
    rest = rest.slice(key[0].length);
    const value = VALUES[name as keyof typeof VALUES].exec(rest);
    if (!value) return undefined;
    if (name === 'descr') descr = value[2];
    else if (name === 'fortran_order') fortranOrder = value[0] === 'True';
    else shape = [...(value[1] ?? '').matchAll(/\d+/g)].map(Number);
    rest = rest.slice(value[0].length).trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (rest !== '') return undefined;
  }
  if (!seen.has('descr') || fortranOrder === undefined || shape === undefined) return undefined;
  return { descr, fortranOrder, shape };
}

/** A value of each key: a string or a list of fields, a boolean, a tuple of sizes. */
const VALUES = {
  descr: /^(?:(['"])([^'"\\]*)\1|\[.*\](?=\s*,\s*['"](?:fortran_order|shape)['"]|\s*,?\s*$))/s,
  fortran_order: /^(?:True|False)\b/,
  // Python 2 wrote long integers with the suffix L.
  shape: /^\(\s*((?:\d+L?\s*(?:,\s*\d+L?\s*)*,?)?)\s*\)/,
};
