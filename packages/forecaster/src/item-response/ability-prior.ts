import type { ItemParameters } from './item-parameters.js';
import { inverse } from './item-prior.js';

/** What the abilities of a pool's models say about where those of a new model lie. */
export interface AbilityPrior {
  /** Mean of the pool, length k. */
  readonly mean: Float64Array;
  /** Inverse of the pool's covariance, row-major [k, k]. */
  readonly precision: Float64Array;
  /** Centres of the kernels minus the mean, row-major [M, k]. */
  readonly centres: Float64Array;
  /** Size of a kernel in standard deviations of the pool, in (0, 1). */
  readonly bandwidth: number;
  /**
   * The direction of general ability, length k: what the abilities of a model are expected to differ
   * by that is a standard deviation of the pool above its mean in accuracy.
   */
  readonly general: Float64Array;
}

/** Weight, in models, of the standard normal prior in the pool's covariance. */
const STANDARD_MODELS = 2;

/** The prior that a fitted pool suggests; the bandwidth is Silverman's (1986, 4.3.2). */
export function abilityPriorOf(options: {
  /** Abilities of the pool's models, row-major [M, k], and their covariances, [M, k, k]. */
  readonly modes: Float64Array;
  readonly covariances: Float64Array;
  readonly items: ItemParameters;
  readonly benchmarkOf: Int32Array;
}): AbilityPrior {
  const { modes, covariances, items, benchmarkOf } = options;
  const k = items.dimensions;
  const M = modes.length / k;
  const mean = new Float64Array(k);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < k; i++) mean[i] = mean[i]! + modes[m * k + i]! / M;
  }
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = i === j ? STANDARD_MODELS : 0;
      for (let m = 0; m < M; m++) {
        sum +=
          (modes[m * k + i]! - mean[i]!) * (modes[m * k + j]! - mean[j]!) +
          covariances[m * k * k + i * k + j]!;
      }
      covariance[i * k + j] = sum / (M + STANDARD_MODELS);
    }
  }
  const bandwidth = Math.min(0.9, (4 / ((k + 2) * M)) ** (1 / (k + 4)));
  const shrinkage = Math.sqrt(1 - bandwidth ** 2);
  const centres = modes.map((mode, cell) => shrinkage * (mode - mean[cell % k]!));
  const precision = inverse(covariance, k);
  const general = generalAbility({ precision, items, benchmarkOf });
  return { mean, precision, centres, bandwidth, general };
}

/**
 * The direction of general ability: the covariance of the abilities with the mean logit of all
 * benchmarks, each weighing the same, scaled to one standard deviation; zero where no ability counts.
 */
export function generalAbility(options: {
  /** Inverse of the pool's covariance, row-major [k, k]. */
  readonly precision: Float64Array;
  readonly items: ItemParameters;
  readonly benchmarkOf: Int32Array;
}): Float64Array {
  const { precision, items, benchmarkOf } = options;
  const k = items.dimensions;
  const covariance = inverse(precision, k);
  const counts = new Map<number, number>();
  for (const benchmark of benchmarkOf) counts.set(benchmark, (counts.get(benchmark) ?? 0) + 1);
  const slope = new Float64Array(k);
  benchmarkOf.forEach((benchmark, q) => {
    const weight = 1 / (counts.get(benchmark)! * counts.size);
    for (let i = 0; i < k; i++) {
      slope[i] = slope[i]! + weight * items.means[q * (k + 1) + 1 + i]!;
    }
  });
  const direction = slope.map((_, i) =>
    slope.reduce((sum, value, j) => sum + value * covariance[i * k + j]!, 0),
  );
  const length = Math.sqrt(direction.reduce((sum, value, i) => sum + value * slope[i]!, 0));
  return direction.map((value) => (length > 0 ? value / length : 0));
}
