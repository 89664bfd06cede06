import { normalQuantile } from '@embedllm/internals';

/** A mean with what is unknown of it. */
export interface MeanEstimate {
  readonly value: number;
  readonly standardError: number;
  /** Bounds of the interval. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * The mean of independent values with an interval that allows for their skewness, which weights of rare
 * choices bring: the transformed t statistic of Hall (1992, Journal of the Royal Statistical Society B 54).
 *
 * @param values - At least two.
 * @param confidence - Between 0 and 1.
 */
export function meanEstimate(values: Float64Array, confidence: number): MeanEstimate {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one / n, 0);
  let squares = 0;
  let cubes = 0;
  let fourths = 0;
  for (const one of values) {
    const off = one - value;
    squares += off ** 2;
    cubes += off ** 3;
    fourths += off ** 4;
  }
  const deviation = Math.sqrt(squares / (n - 1));
  const skewness = deviation > 0 ? cubes / n / deviation ** 3 : 0;
  const bound = (quantile: number): number =>
    value - deviation * studentized(quantile / Math.sqrt(n), skewness, n);
  // A variance that rests on few large values is known no better than that of few: Var(s²) = σ⁴ (κ - 1) / n, of
  // which the part σ⁴ γ² / n goes with the mean, so that the transformation has allowed for it.
  const spare = squares > 0 ? fourths / squares ** 2 - (1 + skewness ** 2) / n : 0;
  const freedom = Math.max(3, Math.min(n - 1, spare > 0 ? 2 / spare : n));
  const t = studentQuantile(normalQuantile((1 + confidence) / 2), freedom);
  return { value, standardError: deviation / Math.sqrt(n), lower: bound(t), upper: bound(-t) };
}

/** The inverse of W + γW²/3 + γ²W³/27 + γ/6n. */
function studentized(scaled: number, skewness: number, n: number): number {
  if (Math.abs(skewness) < 1e-6) return scaled;
  return (3 * (Math.cbrt(1 + skewness * (scaled - skewness / (6 * n))) - 1)) / skewness;
}

/** The quantile of Student's t where that of the normal distribution is z (Peiser's expansion). */
function studentQuantile(z: number, freedom: number): number {
  return (
    z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  );
}
