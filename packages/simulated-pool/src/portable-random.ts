import type { Random } from '@embedllm/core';

/**
 * A draw close to the standard normal: the sum of twelve uniform numbers, less six
 * (Irwin-Hall distribution; mean 0, variance 1, never beyond ±6).
 *
 * `Random.normal` uses `Math.log`, whose last bit may differ between engines; additions may not.
 */
export function portableNormal(random: Random): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random.uniform();
  return sum;
}

/**
 * The logistic function 1 / (1 + exp(-z)) from additions, multiplications and divisions alone,
 * which IEEE 754 fixes to the last bit; `Math.exp` is left to the engine.
 *
 * exp(x) = exp(x / 1024)^1024, with five terms of the series: relative error below 1e-10 for
 * |z| ≤ 30, and z is clamped to that.
 */
export function portableSigmoid(z: number): number {
  const x = -Math.max(-30, Math.min(30, z)) / 1024;
  let power = 1 + x * (1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + x / 5))));
  for (let squaring = 0; squaring < 10; squaring++) power *= power;
  return 1 / (1 + power);
}
