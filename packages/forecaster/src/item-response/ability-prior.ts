import { inverse } from './item-prior.js';

/**
 * Where the abilities of a model lie before it answered anything: mostly a kernel density over the
 * pool's models, since pools have clusters (sizes, families) and outliers that one normal
 * distribution lacks, and partly a wide normal distribution, since models that are forecast are
 * often newer and stronger than any of the pool. Each kernel's centre is drawn to the mean so that
 * mean and covariance of the kernels together are those of the pool.
 */
export interface AbilityPrior {
  /** Mean of the pool, length k. */
  readonly mean: Float64Array;
  /** Inverse of the pool's covariance, row-major [k, k]. */
  readonly precision: Float64Array;
  /** Centres of the kernels minus the mean, row-major [M, k]. */
  readonly centres: Float64Array;
  /** Size of a kernel in standard deviations of the pool, in (0, 1). */
  readonly bandwidth: number;
}

/** Share of the wide distribution. */
const WIDE_SHARE = 0.3;
/** Size of the wide distribution in standard deviations of the pool. */
export const WIDE_DEVIATIONS = 3;

/** Weight, in models, of the standard normal prior in the pool's covariance. */
const STANDARD_MODELS = 2;

/** The prior that a fitted pool suggests; the bandwidth is Silverman's (1986, 4.3.2). */
export function abilityPriorOf(
  modes: Float64Array,
  covariances: Float64Array,
  M: number,
  k: number,
): AbilityPrior {
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
  return { mean, precision: inverse(covariance, k), centres, bandwidth };
}

/** The density of an `AbilityPrior` at a point. */
export interface PriorDensity {
  /** Logarithm of the density, up to a constant. */
  readonly log: number;
  /** Share of the wide distribution in it, 0 to 1: how likely such a model is unlike the pool's. */
  readonly wideShare: number;
}

/** The density at `abilities`; O(M k²). */
export function priorDensity(
  prior: AbilityPrior,
  abilities: Float64Array,
  offset: number,
): PriorDensity {
  const { mean, centres, bandwidth } = prior;
  const k = mean.length;
  const M = centres.length / k;
  const deviation = new Float64Array(k);
  for (let i = 0; i < k; i++) deviation[i] = abilities[offset + i]! - mean[i]!;
  const scaled = squaredLength(prior, deviation) / WIDE_DEVIATIONS ** 2;
  const wide = Math.log(WIDE_SHARE) - k * Math.log(WIDE_DEVIATIONS) - 0.5 * scaled;
  const kernel = Math.log((1 - WIDE_SHARE) / M) - k * Math.log(bandwidth);
  let largest = wide;
  let sum = 1;
  for (let start = 0; start < centres.length; start += k) {
    for (let i = 0; i < k; i++) {
      deviation[i] = abilities[offset + i]! - mean[i]! - centres[start + i]!;
    }
    const exponent = kernel - (0.5 * squaredLength(prior, deviation)) / bandwidth ** 2;
    if (exponent > largest) {
      sum = sum * Math.exp(largest - exponent) + 1;
      largest = exponent;
    } else {
      sum += Math.exp(exponent - largest);
    }
  }
  const log = largest + Math.log(sum);
  return { log, wideShare: Math.exp(wide - log) };
}

/** Squared length in standard deviations of the pool. */
function squaredLength({ precision }: AbilityPrior, deviation: Float64Array): number {
  const k = deviation.length;
  let square = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) square += deviation[i]! * deviation[j]! * precision[i * k + j]!;
  }
  return square;
}
