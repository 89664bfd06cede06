import type { AbilityPrior } from './ability-prior.js';

/** Share of the kernels on the pool's models. */
const KERNEL_SHARE = 0.6;
/** Share of the distribution above the pool, its mean and its spread in general ability. */
const STRONGER_SHARE = 0.3;
const STRONGER_MEAN = 2;
const STRONGER_DEVIATIONS = 2;
/** Share and size of the distribution that is broad in all abilities. */
const BROAD_SHARE = 0.1;
const BROAD_DEVIATIONS = 3;

/** A normal distribution. */
export interface NormalPart {
  readonly mean: Float64Array;
  /** Inverse of the covariance, row-major and square. */
  readonly precision: Float64Array;
}

/**
 * Density of the abilities of a model before it answered anything, in three parts. Most of it is a
 * kernel density over the pool's models, since pools have clusters (sizes, families) and outliers
 * that one normal distribution lacks. The second part lies above the pool, since models that are
 * forecast are often newer and stronger than all of it: as broad as the pool, but broader along its
 * general ability, and with a higher mean. The last part is broad in all abilities.
 *
 * The last coordinate is the level: by how much the model answers all questions alike better than its
 * abilities say, in units of `LEVEL_SLOPE` logits. It is standard normal.
 */
export class AbilityDensity {
  readonly #prior: AbilityPrior;
  /** Precision times direction of general ability: its product with a deviation is the ability. */
  readonly #along: Float64Array;
  readonly #deviation: Float64Array;
  /** General ability of the weakest and the strongest model of the pool. */
  readonly #range: readonly [number, number];

  constructor(prior: AbilityPrior) {
    const { precision, general, centres, bandwidth } = prior;
    const k = general.length;
    this.#prior = prior;
    this.#deviation = new Float64Array(k);
    this.#along = general.map((_, i) =>
      general.reduce((sum, value, j) => sum + precision[i * k + j]! * value, 0),
    );
    let [weakest, strongest] = [0, 0];
    for (let start = 0; start < centres.length; start += k) {
      const ability = this.#general(centres, start) / Math.sqrt(1 - bandwidth ** 2);
      weakest = Math.min(weakest, ability);
      strongest = Math.max(strongest, ability);
    }
    this.#range = [weakest, strongest];
  }

  /** Number of coordinates: the abilities and the level. */
  get width(): number {
    return this.#prior.mean.length + 1;
  }

  /** Normal distributions that together reach all of the prior, to draw from. */
  parts(): NormalPart[] {
    const { mean, precision, general } = this.#prior;
    const k = mean.length;
    const along = this.#along;
    // The inverse of covariance + s² u uᵀ, u the direction (Sherman and Morrison 1950).
    const narrowing = STRONGER_DEVIATIONS ** 2 / (1 + STRONGER_DEVIATIONS ** 2);
    const higher = mean.map((value, i) => value + STRONGER_MEAN * general[i]!);
    const longer = precision.map(
      (value, cell) => value - narrowing * along[Math.floor(cell / k)]! * along[cell % k]!,
    );
    return [
      withLevel(mean, precision),
      withLevel(higher, longer),
      withLevel(
        mean,
        precision.map((value) => value / BROAD_DEVIATIONS ** 2),
      ),
    ];
  }

  /** Logarithm of the density at the coordinates that start at `offset`, up to a constant; O(M k²). */
  log(coordinates: Float64Array, offset: number): number {
    const { mean, centres, bandwidth } = this.#prior;
    const k = mean.length;
    const M = centres.length / k;
    const deviation = this.#deviation;
    for (let i = 0; i < k; i++) deviation[i] = coordinates[offset + i]! - mean[i]!;
    const square = this.#squaredLength(deviation);
    const general = this.#general(deviation, 0);
    const logs = [
      Math.log(BROAD_SHARE) - k * Math.log(BROAD_DEVIATIONS) - square / BROAD_DEVIATIONS ** 2 / 2,
      Math.log(STRONGER_SHARE) -
        0.5 * Math.log(1 + STRONGER_DEVIATIONS ** 2) -
        0.5 * strongerSquare(square, general),
    ];
    const kernel = Math.log(KERNEL_SHARE / M) - k * Math.log(bandwidth);
    for (let start = 0; start < centres.length; start += k) {
      for (let i = 0; i < k; i++) {
        deviation[i] = coordinates[offset + i]! - mean[i]! - centres[start + i]!;
      }
      logs.push(kernel - (0.5 * this.#squaredLength(deviation)) / bandwidth ** 2);
    }
    const level = coordinates[offset + k]!;
    const largest = Math.max(...logs);
    const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
    return largest + Math.log(sum) - 0.5 * level * level;
  }

  /** Whether the general ability is above or below that of all models of the pool. */
  isOutside(coordinates: Float64Array, offset: number): boolean {
    const { mean } = this.#prior;
    const deviation = this.#deviation;
    for (let i = 0; i < mean.length; i++) deviation[i] = coordinates[offset + i]! - mean[i]!;
    const general = this.#general(deviation, 0);
    return general < this.#range[0] || general > this.#range[1];
  }

  /** General ability of a deviation from the mean, in standard deviations of the pool. */
  #general(deviation: Float64Array, start: number): number {
    return this.#along.reduce((sum, value, i) => sum + value * deviation[start + i]!, 0);
  }

  /** Squared length in standard deviations of the pool. */
  #squaredLength(deviation: Float64Array): number {
    const { precision } = this.#prior;
    const k = deviation.length;
    let square = 0;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) square += deviation[i]! * deviation[j]! * precision[i * k + j]!;
    }
    return square;
  }
}

/**
 * Squared length under the distribution of stronger models, from the squared length of the deviation
 * from the pool's mean and its general ability g: |x - t u|² - s² / (1 + s²) (g - t)².
 */
function strongerSquare(square: number, general: number): number {
  const narrowing = STRONGER_DEVIATIONS ** 2 / (1 + STRONGER_DEVIATIONS ** 2);
  const moved = square - 2 * STRONGER_MEAN * general + STRONGER_MEAN ** 2;
  return moved - narrowing * (general - STRONGER_MEAN) ** 2;
}

/** Adds the level, standard normal and independent of the abilities. */
function withLevel(mean: Float64Array, precision: Float64Array): NormalPart {
  const k = mean.length;
  const width = k + 1;
  const extended = new Float64Array(width * width);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) extended[i * width + j] = precision[i * k + j]!;
  }
  extended[width * width - 1] = 1;
  return { mean: Float64Array.from([...mean, 0]), precision: extended };
}
