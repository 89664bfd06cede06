import type { Random } from '@embedllm/core';

/** A mean and where it lies with 95% confidence. */
export interface Interval {
  readonly mean: number;
  /** Bounds of the percentile bootstrap; `undefined` for fewer than three values. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

/** The percentile bootstrap of a mean (Efron 1979): 95% of the means of resampled values. */
export function bootstrapMean(
  values: readonly number[],
  resamples: number,
  random: Random,
): Interval {
  const mean = average(values);
  if (values.length < 3) return { mean, lower: undefined, upper: undefined };
  const means = Float64Array.from({ length: resamples }, () =>
    average(values.map(() => random.pick(values))),
  ).sort();
  const quantile = (share: number): number => means[Math.floor(share * (resamples - 1))]!;
  return { mean, lower: quantile(0.025), upper: quantile(0.975) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
