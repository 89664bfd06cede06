import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToNumber } from './half-precision.js';

describe('float16ToNumber', () => {
  // Values of the IEEE 754 binary16 format, as its Wikipedia article tabulates them.
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 2 ** -14 * (1023 / 1024)],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3bff, 0.99951171875],
    [0x3c00, 1],
    [0x3c01, 1.0009765625],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0xc000, -2],
  ])('reads the pattern %i as %d', (bits, value) => {
    expect(float16ToNumber(bits)).toBe(value);
  });

  it('keeps the sign of zero and reads every NaN as NaN', () => {
    expect(Object.is(float16ToNumber(0x8000), -0)).toBe(true);
    expect(float16ToNumber(0x7c01)).toBeNaN();
    expect(float16ToNumber(0xffff)).toBeNaN();
  });

  it('rises strictly over all positive patterns', () => {
    for (let bits = 1; bits <= 0x7c00; bits++) {
      expect(float16ToNumber(bits)).toBeGreaterThan(float16ToNumber(bits - 1));
    }
  });
});

describe('bfloat16ToFloat32', () => {
  it('is the upper half of the float32 with the same value', () => {
    const values = Float32Array.of(0, -0, 1, -2.5, 3.140625, 2 ** -126, 2 ** 127);
    const upper = Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
    expect(bfloat16ToFloat32(upper)).toEqual(values);
    expect(bfloat16ToFloat32(Uint16Array.of(0x7f80, 0xff80, 0x7fc0))).toEqual(
      Float32Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
    );
  });
});
