/**
 * The value of an IEEE 754 binary16 bit pattern: 1 sign bit, 5 exponent bits with bias 15,
 * 10 fraction bits. Exact, since every such value is a float32 too.
 */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  // Exponent zero holds the subnormal numbers, which have no implicit leading one.
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Widens bfloat16 bit patterns: they are the upper halves of float32 bit patterns. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const patterns = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) {
    patterns[index] = bits[index]! << 16;
  }
  return new Float32Array(patterns.buffer);
}
