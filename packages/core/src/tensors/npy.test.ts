import { DataError } from '@embedllm/internals';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { readNpy, writeNpy } from './npy.js';

/** A file by the book: magic, version, length of the header, header, data. */
function fileOf(header: string, data: ArrayLike<number> = [], version = [1, 0]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const lengthBytes = version[0] === 1 ? 2 : 4;
  const length = Array.from({ length: lengthBytes }, (_, k) => (text.length >> (8 * k)) & 255);
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    ...version,
    ...length,
    ...text,
    ...Array.from(data),
  ]);
}

const bytesOf = (array: Float32Array | Float64Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const two = bytesOf(Float32Array.of(1, 2));

describe('writeNpy', () => {
  it('writes the bytes that np.save of numpy 2.4 writes', () => {
    // np.save(file, np.array([[1, 2, 3], [4, 5, 6]], dtype='<f4'))
    const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.padEnd(117, ' ');
    const expected = fileOf(`${text}\n`, bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(expected.length).toBe(128 + 24);
    expect(writeNpy(new Matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)))).toEqual(expected);
  });

  it('puts the data at a multiple of 64 bytes and reads them back bit for bit', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(1200), (rows, cols) => {
        const data = Float32Array.from({ length: rows * cols }, (_, k) => Math.sin(k) * 1e30);
        const bytes = writeNpy(new Matrix(rows, cols, data));
        expect((bytes.length - data.byteLength) % 64).toBe(0);
        expect(readNpy(bytes)).toEqual(new Matrix(rows, cols, data));
      }),
    );
  });
});

describe('readNpy', () => {
  it('reads format versions 1.0, 2.0 and 3.0', () => {
    for (const version of [
      [1, 0],
      [2, 0],
      [3, 0],
    ]) {
      const matrix = readNpy(fileOf(header("'<f4'", '(1, 2)'), two, version));
      expect(matrix).toEqual(new Matrix(1, 2, Float32Array.of(1, 2)));
    }
  });

  it('reads float64 and float16', () => {
    const double = fileOf(header("'<f8'", '(2, 1)'), bytesOf(Float64Array.of(0.1, -3)));
    expect(readNpy(double)).toEqual(new Matrix(2, 1, Float32Array.of(0.1, -3)));
    const half = fileOf(header("'<f2'", '(2,)'), bytesOf(Uint16Array.of(0x3c00, 0xc000)));
    expect(readNpy(half)).toEqual(new Matrix(1, 2, Float32Array.of(1, -2)));
  });

  it('takes the header in any order and spelling that Python reads the same', () => {
    for (const text of [
      `{"shape":(2,),"fortran_order":False,"descr":"<f4"}`,
      `  { 'fortran_order' : False , 'shape' : ( 2L , ) , 'descr' : '<f4' }   \n`,
      `{'descr':'<f4','fortran_order':False,'shape':(1,2,)}`,
    ]) {
      expect(readNpy(fileOf(text, two)).data).toEqual(Float32Array.of(1, 2));
    }
  });

  it('reads arrays without elements', () => {
    const none = readNpy(fileOf(header("'<f4'", '(0, 5)')));
    expect([none.rows, none.cols]).toEqual([0, 5]);
  });

  it('refuses values that are not finite, naming row and column, unless allowed', () => {
    const data = bytesOf(Float32Array.of(0, 1, 2, Number.NEGATIVE_INFINITY));
    const bytes = fileOf(header("'<f4'", '(2, 2)'), data);
    expect(() => readNpy(bytes, { file: 'e.npy' })).toThrow(
      'e.npy: The value at row 1, column 1 (counted from 0) is -Infinity.',
    );
    expect(readNpy(bytes, { allowNonFinite: true }).at(1, 1)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('refuses float64 values that overflow', () => {
    const bytes = fileOf(header("'<f8'", '(1, 2)'), bytesOf(Float64Array.of(0, 1e39)));
    expect(() => readNpy(bytes)).toThrow(/1e\+39 at row 0, column 1/);
  });

  const good = fileOf(header("'<f4'", '(2,)'), two);
  const broken: ReadonlyArray<[string, Uint8Array, RegExp]> = [
    ['an empty file', new Uint8Array(), /does not start with/],
    ['another kind of file', new TextEncoder().encode('PK\x03\x04 zip archive'), /\\x93NUMPY/],
    ['version 4.0', fileOf(header("'<f4'", '(2,)'), two, [4, 0]), /version 4\.0/],
    ['version 1.1', fileOf(header("'<f4'", '(2,)'), two, [1, 1]), /version 1\.1/],
    ['a header longer than the file', good.slice(0, 40), /declares a header/],
    ['a header length cut off', fileOf('', [], [2, 0]).slice(0, 11), /within the header/],
    ['a header of megabytes', fileOf(' '.repeat(70_000), [], [2, 0]), /the limit is 65536/],
    ['pickled objects', fileOf(header("'|O'", '(2,)'), two), /pickled Python objects/],
    [
      'a structured type',
      fileOf(header("[('x', '<f4'), ('y', '<f8', (2,))]", '(2,)')),
      /structured/,
    ],
    ['big-endian numbers', fileOf(header("'>f4'", '(2,)'), two), /big-endian \(>f4\)/],
    ['integers', fileOf(header("'<i8'", '(1,)'), two), /"<i8" is not/],
    ['Fortran order', fileOf(header("'<f4'", '(2, 1)', 'True'), two), /Fortran order/],
    [
      'a single number',
      fileOf(header("'<f4'", '()'), two),
      /must be a vector or a matrix.*shape \(\)/,
    ],
    [
      'three axes',
      fileOf(header("'<f4'", '(1, 1, 2)'), two),
      /must be a vector or a matrix.*shape \(1, 1, 2\)/,
    ],
    [
      'a shape beyond 2^53',
      fileOf(header("'<f4'", '(9007199254740992, 2)'), two),
      /must be a vector or a matrix/,
    ],
    [
      'a shape of 400 digits',
      fileOf(header("'<f4'", `(${'9'.repeat(400)},)`), two),
      /must be a vector or a matrix/,
    ],
    ['data cut off', good.slice(0, -1), /needs 8 bytes of data, but 7 follow/],
    ['data that go further', Uint8Array.from([...good, 0]), /needs 8 bytes of data, but 9 follow/],
    ['a shape that is not a tuple', fileOf(header("'<f4'", '(2)'), two), /not a dictionary/],
    ['a negative size', fileOf(header("'<f4'", '(-2,)'), two), /not a dictionary/],
    ['code for the shape', fileOf(header("'<f4'", "(__import__('os'),)"), two), /not a dictionary/],
    [
      'a repeated key',
      fileOf(`{'shape':(2,),'shape':(2,),'descr':'<f4'}`, two),
      /not a dictionary/,
    ],
    ['an unknown key', fileOf(`{'shape':(2,),'order':False,'descr':'<f4'}`), /not a dictionary/],
    ['a missing comma', fileOf(`{'shape':(2,)'fortran_order':False,'descr':'<f4'}`), /dictionary/],
    ['something after it', fileOf(`${header("'<f4'", '(2,)')} 1`, two), /not a dictionary/],
    ['deep nesting', fileOf(`{'shape':${'('.repeat(30_000)}`), /not a dictionary/],
  ];

  it.each(broken)('refuses %s', (_, bytes, message) => {
    const read = (): unknown => readNpy(bytes, { file: 'array.npy' });
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^array\.npy/);
  });

  it('answers any change of any byte with a matrix or a DataError, nothing else', () => {
    const bytes = writeNpy(new Matrix(2, 3));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, value) => {
        const changed = bytes.slice();
        changed[position] = value;
        try {
          readNpy(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
