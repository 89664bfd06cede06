import { DataError } from '@embedllm/internals';
import { type PythonValue, parsePythonLiteral } from './python-literal.js';

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
    throw new DataError('Not a NumPy array file: it does not start with \\x93NUMPY.', { file });
  }
  const major = bytes[6]!;
  const minor = bytes[7]!;
  if (major < 1 || major > 3 || minor !== 0) {
    throw new DataError(
      `Unsupported .npy format version ${major}.${minor}. Supported: 1.0, 2.0 and 3.0.`,
      {
        file,
      },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw new DataError('The file ends within the header.', { file });
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES || headerStart + length > bytes.length) {
    throw new DataError(
      `The file declares a header of ${length} bytes, but ${bytes.length - headerStart} bytes follow and the limit is ${MAX_HEADER_BYTES}.`,
      { file },
    );
  }
  const dataStart = headerStart + length;
  // Version 3.0 is UTF-8; the earlier ones are Latin-1, of which only ASCII can occur here.
  const text = new TextDecoder().decode(bytes.subarray(headerStart, dataStart));
  const fields = interpret(parsePythonLiteral(text));
  if (!fields) {
    throw new DataError(
      `The header ${JSON.stringify(text.trim().slice(0, 200))} is not a dictionary with descr, fortran_order and shape.`,
      { file },
    );
  }
  return { ...fields, dataStart };
}

/** Picks the three keys; `undefined` when the literal is anything but a dictionary of them. */
function interpret(literal: PythonValue | undefined): Omit<NpyHeader, 'dataStart'> | undefined {
  if (!(literal instanceof Map) || literal.size !== 3) return undefined;
  const descr = literal.get('descr');
  const fortranOrder = literal.get('fortran_order');
  const shape = literal.get('shape');
  if (typeof descr !== 'string' && !Array.isArray(descr)) return undefined;
  if (typeof fortranOrder !== 'boolean' || !isNumberList(shape)) return undefined;
  return { descr: typeof descr === 'string' ? descr : undefined, fortranOrder, shape };
}

function isNumberList(value: PythonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
