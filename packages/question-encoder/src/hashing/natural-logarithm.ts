/**
 * Natural logarithm of a positive integer by additions, multiplications and divisions only. The
 * last bit of `Math.log` is each engine's own choice, and would make vectors depend on the engine.
 *
 * ln x = k ln 2 + 2 artanh t with x = 2^k m, m in [2/3, 4/3] and t = (m - 1) / (m + 1).
 */
export function naturalLogarithm(value: number): number {
  let mantissa = value;
  let exponent = 0;
  while (mantissa > 4 / 3) {
    mantissa /= 2;
    exponent++;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  // |t| is at most 1/5, so that the term after t^25 is below the last bit.
  for (let power = 25; power >= 1; power -= 2) sum = sum * t * t + 1 / power;
  return exponent * Math.LN2 + 2 * t * sum;
}
