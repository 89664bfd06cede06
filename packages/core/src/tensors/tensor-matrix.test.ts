import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { matrixToTensor, tensorToMatrix } from './tensor-matrix.js';

describe('tensorToMatrix', () => {
  it('wraps F32 without copying', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const matrix = tensorToMatrix({ dtype: 'F32', shape: [2, 3], data });
    expect([matrix.rows, matrix.cols]).toEqual([2, 3]);
    expect(matrix.data).toBe(data);
    expect(tensorToMatrix(matrixToTensor(matrix))).toEqual(matrix);
  });

  it('makes a vector one row', () => {
    const data = Float32Array.of(1, 2, 3);
    expect(tensorToMatrix({ dtype: 'F32', shape: [3], data })).toEqual(new Matrix(1, 3, data));
    const none = tensorToMatrix({ dtype: 'F32', shape: [0], data: new Float32Array() });
    expect([none.rows, none.cols]).toEqual([1, 0]);
  });

  it('rounds F64, and widens F16 and BF16 exactly', () => {
    expect(
      tensorToMatrix({ dtype: 'F64', shape: [2], data: Float64Array.of(0.1, 1e-60) }).data,
    ).toEqual(Float32Array.of(Math.fround(0.1), 0));
    expect(
      tensorToMatrix({ dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c01, 0x0001) }).data,
    ).toEqual(Float32Array.of(1.0009765625, 2 ** -24));
    expect(
      tensorToMatrix({ dtype: 'BF16', shape: [2], data: Uint16Array.of(0x3f80, 0xc000) }).data,
    ).toEqual(Float32Array.of(1, -2));
  });

  it('refuses an F64 value beyond the float32 range, naming its place', () => {
    const data = Float64Array.of(0, 1, 2, 3, -4e38, 5);
    expect(() =>
      tensorToMatrix({ dtype: 'F64', shape: [2, 3], data }, { file: 'x.safetensors', name: 'w' }),
    ).toThrow('x.safetensors, field w: The value -4e+38 at row 1, column 1 (counted from 0)');
    // An infinity in the file is not an overflow, and passes where infinities do.
    const infinite = Float64Array.of(Number.POSITIVE_INFINITY);
    expect(
      tensorToMatrix({ dtype: 'F64', shape: [1], data: infinite }, { allowNonFinite: true }).data,
    ).toEqual(Float32Array.of(Number.POSITIVE_INFINITY));
  });

  it('refuses NaN and infinities by default, naming their place', () => {
    const nan = Float32Array.of(0, 1, Number.NaN, 3);
    expect(() => tensorToMatrix({ dtype: 'F32', shape: [2, 2], data: nan })).toThrow(
      expect.objectContaining({
        code: 'not-finite',
        message: 'The value at row 1, column 0 (counted from 0) is NaN.',
      }),
    );
    expect(() =>
      tensorToMatrix({ dtype: 'F16', shape: [1], data: Uint16Array.of(0x7c00) }),
    ).toThrow(/row 0, column 0.*Infinity/);
    const passed = tensorToMatrix(
      { dtype: 'F32', shape: [2, 2], data: nan },
      { allowNonFinite: true },
    );
    expect(passed.at(1, 0)).toBeNaN();
  });

  it('refuses integers, single numbers and more than two axes', () => {
    expect(() =>
      tensorToMatrix({ dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) }, { name: 'ids' }),
    ).toThrow(/field ids: Elements of type I64/);
    const data = Float32Array.of(1);
    expect(() => tensorToMatrix({ dtype: 'F32', shape: [], data })).toThrow(/shape \[\]/);
    expect(() => tensorToMatrix({ dtype: 'F32', shape: [1, 1, 1], data })).toThrow(/\[1, 1, 1\]/);
  });
});
