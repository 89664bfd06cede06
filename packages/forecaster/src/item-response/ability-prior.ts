import { inverse } from './item-prior.js';

/**
 * Where the abilities of a model lie before it answered anything: a kernel density over the pool's
 * models, since pools have clusters (sizes, families) and outliers that one normal distribution
 * lacks. Each centre is drawn to the mean so that mean and covariance are those of the pool.
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

/** Logarithm of the density at `abilities`, up to a constant; O(M k²). */
export function logPriorDensity(
  prior: AbilityPrior,
  abilities: Float64Array,
  offset: number,
): number {
  const { mean, precision, centres, bandwidth } = prior;
  const k = mean.length;
  const deviation = new Float64Array(k);
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let start = 0; start < centres.length; start += k) {
    for (let i = 0; i < k; i++) {
      deviation[i] = abilities[offset + i]! - mean[i]! - centres[start + i]!;
    }
    let square = 0;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        square += deviation[i]! * deviation[j]! * precision[i * k + j]!;
      }
    }
    const exponent = (-0.5 * square) / bandwidth ** 2;
    if (exponent > largest) {
      sum = sum * Math.exp(largest - exponent) + 1;
      largest = exponent;
    } else {
      sum += Math.exp(exponent - largest);
    }
  }
  return largest + Math.log(sum);
}
