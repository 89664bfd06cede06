/** A mixture of normal distributions; the weights sum to 1. */
export interface NormalMixture {
  readonly means: Float64Array;
  readonly variances: Float64Array;
  readonly weights: Float64Array;
}

/** Mean and variance of a mixture. */
export function mixtureMoments(mixture: NormalMixture): { mean: number; variance: number } {
  const { means, variances, weights } = mixture;
  let mean = 0;
  for (let i = 0; i < means.length; i++) mean += weights[i]! * means[i]!;
  let variance = 0;
  for (let i = 0; i < means.length; i++) {
    const deviation = means[i]! - mean;
    variance += weights[i]! * (deviation * deviation + variances[i]!);
  }
  return { mean, variance };
}

const BISECTIONS = 40;

/** The value below which a share `level` of a mixture lies; level in (0, 1). */
export function mixtureQuantile(mixture: NormalMixture, level: number): number {
  const { means, variances } = mixture;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < means.length; i++) {
    const reach = 9 * Math.sqrt(variances[i]!) + 1e-12;
    low = Math.min(low, means[i]! - reach);
    high = Math.max(high, means[i]! + reach);
  }
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (mixtureBelow(mixture, middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The share of a mixture below a value. */
function mixtureBelow({ means, variances, weights }: NormalMixture, value: number): number {
  let share = 0;
  for (let i = 0; i < means.length; i++) {
    const deviation = value - means[i]!;
    const scale = Math.sqrt(variances[i]!);
    const below =
      scale > 0 ? normalBelow(deviation / scale) : deviation > 0 ? 1 : deviation < 0 ? 0 : 0.5;
    share += weights[i]! * below;
  }
  return share;
}

/**
 * Standard normal distribution function, to within 1.2e-7: the Chebyshev fit of erfc in Numerical
 * Recipes, 6.2.
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const polynomial = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = 0.5 * t * Math.exp(-x * x + polynomial);
  return z >= 0 ? 1 - tail : tail;
}
