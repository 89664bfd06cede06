import { checkBytes, checkObject, DataError } from '@embedllm/internals';
import type { Matrix } from '../matrix/matrix.js';
import { readNpyHeader } from './npy-header.js';
import { countElements } from './tensor.js';
import { tensorBytes, tensorFromBytes } from './tensor-bytes.js';
import { matrixToTensor, tensorToMatrix } from './tensor-matrix.js';

/** Options of `readNpy`. */
export interface ReadNpyOptions {
  /** Where the bytes came from, for error messages. */
  readonly file?: string | undefined;
  /**
   * Lets NaN and infinities through.
   *
   * @default false
   */
  readonly allowNonFinite?: boolean | undefined;
}

/** Element types that are read, by numpy's `descr`. */
const DTYPES = { '<f8': 'F64', '<f4': 'F32', '<f2': 'F16' } as const;

/**
 * Reads a numpy array file (.npy, format versions 1.0, 2.0 and 3.0,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * Little-endian float16, float32 and float64 in C order, with one axis ([1, n]) or two. float32
 * is a view of `bytes` where the alignment allows it; float64 rounds to float32.
 *
 * @returns shape [rows, cols].
 * @throws DataError `invalid-data` on anything else, also on pickled objects, which are never
 * run; `not-finite` on NaN and infinities, unless allowed.
 */
export function readNpy(bytes: Uint8Array, options: ReadNpyOptions = {}): Matrix {
  const { file, allowNonFinite } = checkObject('options', options);
  checkBytes('bytes', bytes);
  const { descr, fortranOrder, shape, dataStart } = readNpyHeader(bytes, file);
  if (descr !== '<f8' && descr !== '<f4' && descr !== '<f2') {
    throw new DataError(explainElementType(descr), { file, field: 'descr' });
  }
  if (fortranOrder) {
    throw new DataError(
      'The array is in Fortran order. Save it as np.save(path, np.ascontiguousarray(array)).',
      { file, field: 'fortran_order' },
    );
  }
  const count = countElements(shape);
  if (count === undefined || shape.length < 1 || shape.length > 2) {
    throw new DataError(
      `The array must be a vector or a matrix, but has the shape (${shape.join(', ')}).`,
      {
        file,
        field: 'shape',
      },
    );
  }
  const size = count * Number(descr[2]);
  if (bytes.length - dataStart !== size) {
    throw new DataError(
      `The shape (${shape.join(', ')}) needs ${size} bytes of data, but ${bytes.length - dataStart} follow the header. Is the file truncated?`,
      { file },
    );
  }
  const tensor = tensorFromBytes(DTYPES[descr], shape, bytes.subarray(dataStart));
  return tensorToMatrix(tensor, { file, allowNonFinite });
}

/**
 * Writes a numpy array file: format version 1.0, little-endian float32, C order, two axes.
 * `np.load` reads it, and `np.save` of the same array gives the same bytes.
 */
export function writeNpy(matrix: Matrix): Uint8Array {
  const { rows, cols } = matrix;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  // numpy leaves room for the first axis to grow to 21 digits in place, then pads with spaces and
  // a newline so that the data start at a multiple of 64 bytes.
  const room = dict.length + 21 - String(rows).length;
  const dataStart = Math.ceil((10 + room + 1) / 64) * 64;
  const header = `\x01\x00${dict.padEnd(dataStart - 11, ' ')}\n`;
  const bytes = new Uint8Array(dataStart + matrix.data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new TextEncoder().encode(header.slice(0, 2)), 6);
  bytes.set(new TextEncoder().encode(header.slice(2)), 10);
  bytes.set(tensorBytes(matrixToTensor(matrix)), dataStart);
  return bytes;
}

function explainElementType(descr: string | undefined): string {
  if (descr === undefined) {
    return 'The array has a structured element type. Save a plain array of numbers.';
  }
  if (/^[|<>=]?O/.test(descr)) {
    return 'The array contains pickled Python objects. They could run code, so they are never read. Save a plain array of numbers.';
  }
  if (descr.startsWith('>')) {
    return `The numbers are big-endian (${descr}). Save the array as array.astype('<f4').`;
  }
  return `The element type ${JSON.stringify(descr)} is not '<f2', '<f4' or '<f8'. Save the array as array.astype('<f4').`;
}
