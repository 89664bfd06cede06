import { DataError } from '@embedllm/internals';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { Tensor } from './tensor.js';
import { swapByteOrder } from './tensor-bytes.js';

/** A file from the text of its header and its data, by the book. */
function fileOf(header: string, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, offsets: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

const samples: ReadonlyArray<[string, Tensor]> = [
  ['f64', { dtype: 'F64', shape: [2], data: Float64Array.of(Math.PI, -0) }],
  ['f32', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, Number.NaN, 4) }],
  ['f16', { dtype: 'F16', shape: [3], data: Uint16Array.of(0x3c00, 0x7c01, 0xffff) }],
  ['bf16', { dtype: 'BF16', shape: [1, 1], data: Uint16Array.of(0x3f80) }],
  ['i64', { dtype: 'I64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) }],
  ['i32', { dtype: 'I32', shape: [1], data: Int32Array.of(-5) }],
  ['i16', { dtype: 'I16', shape: [1], data: Int16Array.of(-300) }],
  ['i8', { dtype: 'I8', shape: [3], data: Int8Array.of(-128, 0, 127) }],
  ['u64', { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
  ['u32', { dtype: 'U32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
  ['u16', { dtype: 'U16', shape: [1], data: Uint16Array.of(65535) }],
  ['u8', { dtype: 'U8', shape: [5], data: Uint8Array.of(1, 2, 3, 4, 255) }],
  ['bool', { dtype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) }],
  ['empty', { dtype: 'F32', shape: [3, 0], data: new Float32Array() }],
  ['scalar', { dtype: 'F32', shape: [], data: Float32Array.of(7) }],
];

describe('writeSafetensors', () => {
  it('writes exactly these bytes for a small file', () => {
    const bytes = writeSafetensors(
      [
        ['b', { dtype: 'U8', shape: [2], data: Uint8Array.of(7, 8) }],
        ['a', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) }],
      ],
      { z: '1', note: 'ü' },
    );
    const header =
      '{"__metadata__":{"note":"ü","z":"1"},' +
      '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}';
    const padded = new TextEncoder().encode(header).length;
    const spaces = ' '.repeat((8 - (padded % 8)) % 8);
    const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 8];
    expect(bytes).toEqual(fileOf(header + spaces, data));
    expect((bytes.length - data.length) % 8).toBe(0);
  });

  it('orders by element type, then by name, whatever order the tensors come in', () => {
    const bytes = writeSafetensors(samples);
    expect(writeSafetensors([...samples].reverse())).toEqual(bytes);
    expect([...readSafetensors(bytes).tensors.keys()].join(' ')).toBe(
      'u64 i64 f64 empty f32 scalar u32 i32 bf16 f16 u16 i16 i8 u8 bool',
    );
  });

  it('refuses names that clash and data that do not fill the shape', () => {
    const tensor: Tensor = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
    expect(() => writeSafetensors([['__metadata__', tensor]])).toThrow(/__metadata__.*reserved/);
    expect(() =>
      writeSafetensors([
        ['x', tensor],
        ['x', tensor],
      ]),
    ).toThrow(/field x: .*twice/);
    expect(() => writeSafetensors([['x', { ...tensor, shape: [2] }]])).toThrow(/do not fill/);
    expect(() => writeSafetensors([['x', { ...tensor, shape: [-1, -1] }]])).toThrow(/do not fill/);
  });
});

describe('readSafetensors', () => {
  it('gives back every element type bit for bit', () => {
    const { tensors } = readSafetensors(writeSafetensors(samples));
    expect(tensors.size).toBe(samples.length);
    for (const [name, { dtype, shape, data }] of samples) {
      const found = tensors.get(name);
      expect(found?.dtype).toBe(dtype);
      expect(found?.shape).toEqual(shape);
      expect(found?.data.constructor).toBe(data.constructor);
      const bits = (array: Tensor['data'] | undefined): Uint8Array =>
        new Uint8Array(array!.buffer, array!.byteOffset, array!.byteLength).slice();
      expect(bits(found?.data)).toEqual(bits(data));
    }
  });

  it('gives back any names, shapes and metadata', () => {
    const name = fc
      .string({ unit: 'binary', maxLength: 8 })
      .filter((text) => text !== '__metadata__');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, fc.array(fc.nat(3), { maxLength: 4 })), {
          selector: ([text]) => text,
        }),
        fc.dictionary(name, name),
        fc.nat(7),
        (entries, metadata, shift) => {
          fc.pre(!Object.hasOwn(metadata, '__proto__'));
          const tensors = new Map<string, Tensor>(
            entries.map(([text, shape], index) => {
              const count = shape.reduce((product, length) => product * length, 1);
              const data = Float32Array.from({ length: count }, (_, k) => index + k / 7);
              return [text, { dtype: 'F32', shape, data }];
            }),
          );
          const bytes = writeSafetensors(tensors, metadata);
          // Read from every alignment: the format promises none to the reader.
          const moved = new Uint8Array(bytes.length + 8).subarray(shift, shift + bytes.length);
          moved.set(bytes);
          const file = readSafetensors(moved);
          expect(file.tensors.size).toBe(tensors.size);
          for (const [text, tensor] of tensors) expect(file.tensors.get(text)).toEqual(tensor);
          expect({ ...file.metadata }).toEqual({ ...metadata });
        },
      ),
    );
  });

  it('copies unaligned data and wraps aligned data', () => {
    const header = `{"x":${entry('F32', [1], [0, 4])}}`;
    const unaligned = fileOf(header.padEnd(53, ' '), [0, 0, 0x80, 0x3f]);
    expect(readSafetensors(unaligned).tensors.get('x')?.data).toEqual(Float32Array.of(1));
    const aligned = fileOf(header.padEnd(56, ' '), [0, 0, 0x80, 0x3f]);
    const { data } = readSafetensors(aligned).tensors.get('x')!;
    expect(data.buffer).toBe(aligned.buffer);
  });

  it('copies unaligned data of a Node Buffer too, whose slice is only a view', () => {
    const header = `{"x":${entry('F32', [1], [0, 4])}}`;
    const bytes = Buffer.from(fileOf(header.padEnd(53, ' '), [0, 0, 0x80, 0x3f]));
    expect(readSafetensors(bytes).tensors.get('x')?.data).toEqual(Float32Array.of(1));
  });

  it('treats a tensor named __proto__ like any other', () => {
    const tensor: Tensor = { dtype: 'U8', shape: [1], data: Uint8Array.of(9) };
    const bytes = writeSafetensors([['__proto__', tensor]]);
    expect(readSafetensors(bytes).tensors.get('__proto__')).toEqual(tensor);
    expect(Object.getPrototypeOf(readSafetensors(bytes).metadata)).toBeNull();
    const { metadata } = readSafetensors(fileOf('{"__metadata__":{"__proto__":"x"}}'));
    expect(Object.keys(metadata)).toEqual(['__proto__']);
  });

  it('reads a file without tensors', () => {
    expect(readSafetensors(fileOf('{}')).tensors.size).toBe(0);
    expect(readSafetensors(writeSafetensors([])).tensors.size).toBe(0);
  });

  const one = [0, 0, 0, 0];
  const broken: ReadonlyArray<[string, Uint8Array, RegExp]> = [
    ['an empty file', new Uint8Array(), /only 0 bytes, too few/],
    [
      'a header longer than the file',
      fileOf('{}', [], 3n),
      /header of 3 bytes, but 2 bytes follow/,
    ],
    ['a header beyond the limit', fileOf('{}', [], 100_000_001n), /the limit is 100000000/],
    ['a header length near 2^64', fileOf('{}', [], 2n ** 64n - 1n), /18446744073709551615/],
    ['a header that is not JSON', fileOf('{"x"'), /field header: Not valid JSON/],
    ['a header that is not UTF-8', fileOf('{}', [], 2n).fill(0xff, 8), /Not valid UTF-8/],
    ['a header that is a list', fileOf('[]'), /header is not a JSON object/],
    ['an entry that is not an object', fileOf('{"x":[]}'), /field x: The entry is not/],
    [
      'an unknown key',
      fileOf(`{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"y":1}}`),
      /"y"/,
    ],
    ['an unknown type', fileOf(`{"x":${entry('F8_E4M3', [1], [0, 1])}}`, [0]), /F8_E4M3/],
    ['a type from the prototype', fileOf(`{"x":${entry('toString', [1], [0, 1])}}`), /toString/],
    ['a missing shape', fileOf('{"x":{"dtype":"U8","data_offsets":[0,0]}}'), /field x: The shape/],
    ['a negative size', fileOf(`{"x":${entry('U8', [-1], [0, 1])}}`, [0]), /shape \[-1\]/],
    ['a fractional size', fileOf(`{"x":${entry('U8', [0.5], [0, 1])}}`, [0]), /shape \[0.5\]/],
    [
      'a shape whose product overflows',
      fileOf(`{"x":${entry('U8', [2 ** 32, 2 ** 32], [0, 0])}}`),
      /at most 2\^53/,
    ],
    [
      'an overflow hidden by a zero',
      fileOf(`{"x":${entry('U8', [2 ** 40, 2 ** 40, 0], [0, 0])}}`),
      /at most 2\^53/,
    ],
    ['one offset', fileOf(`{"x":${entry('U8', [1], [0])}}`, [0]), /not a pair/],
    ['offsets that are text', fileOf(`{"x":${entry('U8', [1], ['0', '1'])}}`, [0]), /not a pair/],
    ['offsets that run back', fileOf(`{"x":${entry('U8', [1], [1, 0])}}`, [0]), /not a range/],
    ['a fractional offset', fileOf(`{"x":${entry('U8', [1], [0.5, 1.5])}}`, one), /not a range/],
    [
      'a size that does not fit',
      fileOf(`{"x":${entry('F32', [2], [0, 4])}}`, one),
      /takes 8 bytes/,
    ],
    ['data that end early', fileOf(`{"x":${entry('F32', [1], [0, 4])}}`, [0, 0]), /truncated/],
    ['data that nobody owns', fileOf(`{"x":${entry('U8', [1], [0, 1])}}`, [0, 0]), /describes 1/],
    ['a hole before the data', fileOf(`{"x":${entry('U8', [1], [1, 2])}}`, [0, 0]), /byte 1/],
    [
      'a hole between two tensors',
      fileOf(`{"x":${entry('U8', [1], [0, 1])},"y":${entry('U8', [1], [2, 3])}}`, [0, 0, 0]),
      /field y: The data start at byte 2, but the previous tensor ends at 1/,
    ],
    [
      'tensors that overlap',
      fileOf(`{"x":${entry('U8', [2], [0, 2])},"y":${entry('U8', [2], [1, 3])}}`, [0, 0, 0]),
      /field y: The data start at byte 1/,
    ],
    [
      'a name that occurs twice',
      fileOf(`{"x":${entry('U8', [1], [0, 1])},"x":${entry('U8', [1], [0, 1])}}`, [0]),
      /key "x" occurs twice/,
    ],
    ['metadata that are not an object', fileOf('{"__metadata__":"x"}'), /field __metadata__/],
    ['metadata that are not text', fileOf('{"__metadata__":{"x":1}}'), /value of "x"/],
    ['a BOOL of 2', fileOf(`{"x":${entry('BOOL', [1], [0, 1])}}`, [2]), /field x: A BOOL/],
  ];

  it.each(broken)('refuses %s', (_, bytes, message) => {
    const read = (): unknown => readSafetensors(bytes, { file: 'weights.safetensors' });
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^weights\.safetensors/);
  });

  it('refuses a file cut off at any length', () => {
    const bytes = writeSafetensors(samples);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(DataError);
    }
  });

  it('answers any change of any byte with tensors or a DataError, nothing else', () => {
    const bytes = writeSafetensors(samples, { a: 'b' });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, value) => {
        const changed = bytes.slice();
        changed[position] = value;
        try {
          readSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('swapByteOrder', () => {
  it('turns little-endian into big-endian elements', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(swapByteOrder(bytes, 4)).toEqual(Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5));
    const view = new DataView(swapByteOrder(bytes, 8).buffer);
    expect(view.getBigUint64(0)).toBe(new DataView(bytes.buffer).getBigUint64(0, true));
  });

  it('leaves the bytes that it is given as they are, those of a Node Buffer too', () => {
    const bytes = Buffer.from([1, 2, 3, 4]);
    expect([...swapByteOrder(bytes, 4)]).toEqual([4, 3, 2, 1]);
    expect([...bytes]).toEqual([1, 2, 3, 4]);
  });
});
