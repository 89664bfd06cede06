import { Random } from '@embedllm/core';
import { type AbilityPrior, priorDensity, WIDE_DEVIATIONS } from './ability-prior.js';
import type { ItemParameters } from './item-parameters.js';
import { factorInPlace, solveInPlace, solveTransposedInPlace } from './small-solve.js';

/** Answers of one model to questions of a pool. */
export interface ObservedAnswers {
  /** Indices of the questions, each once. */
  readonly questions: Int32Array;
  /** 0 or 1 for each of them. */
  readonly labels: Uint8Array;
}

/** Weighted draws of the abilities of one model, given its answers. */
export interface AbilityPosterior {
  /** Posterior mean, length k. */
  readonly mean: Float64Array;
  /** Lower Cholesky factor of the curvature under the pool's normal prior, row-major [k, k]. */
  readonly factor: Float64Array;
  /** Row-major [draws, k]. */
  readonly draws: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
  /** Probability that the model is unlike those of the pool: of the prior's wide distribution. */
  readonly outside: number;
}

const NEWTON_STEPS = 30;
const LARGEST_STEP = 1.5;
const CONVERGED = 1e-6;

/**
 * By how much the uncertainty of a question's parameters flattens its curve at the given abilities:
 * E sigmoid(z) is near sigmoid(kappa E z) with kappa = 1 / sqrt(1 + pi Var(z) / 8) (MacKay 1992,
 * The evidence framework applied to classification networks).
 */
function flattening(items: ItemParameters, q: number, abilities: Float64Array): number {
  const width = items.dimensions + 1;
  const start = q * width * width;
  const { covariances } = items;
  let variance = covariances[start]!;
  for (let i = 1; i < width; i++) {
    const row = start + i * width;
    const x = abilities[i - 1]!;
    variance += 2 * x * covariances[row]!;
    for (let j = 1; j < width; j++) {
      variance += x * abilities[j - 1]! * covariances[row + j]!;
    }
  }
  return 1 / Math.sqrt(1 + (Math.PI / 8) * Math.max(variance, 0));
}

/**
 * Posterior of a model's abilities by importance sampling: half of the draws come from the normal
 * approximation (Newton's method to the mode) under the normal distribution of the pool, half from
 * the one under the wide distribution of `AbilityPrior`, in antithetic pairs, so that the draws reach
 * both a model like those of the pool and one beyond them. Each is weighed by prior times
 * likelihood over the density of the mixture it came from (the balance heuristic, Veach and Guibas
 * 1995). O(n k² + draws (n k + M k²)) FLOPs for n answers.
 */
export function abilityPosterior(options: {
  readonly items: ItemParameters;
  readonly prior: AbilityPrior;
  readonly observed: ObservedAnswers;
  /** Even. */
  readonly draws: number;
  readonly seed: number;
}): AbilityPosterior {
  const { items, prior, observed, draws: count, seed } = options;
  const k = items.dimensions;
  const pairs = count / 2;
  const proposals = [1, WIDE_DEVIATIONS].map((scale, index) => ({
    ...approximate({ items, prior, observed, scale }),
    share: Math.floor((pairs + 1 - index) / 2) / pairs,
  }));
  const random = new Random(seed);
  const draws = new Float64Array(count * k);
  const weights = new Float64Array(count);
  const normal = new Float64Array(k);
  const displacement = new Float64Array(k);
  const slopes = new Float64Array(observed.questions.length * (k + 1));
  const wideShares = new Float64Array(count);
  for (let draw = 0; draw < count; draw++) {
    const mirrored = draw % 2 === 1;
    const { mode, factor } = proposals[(draw >> 1) % 2]!;
    if (!mirrored) for (let i = 0; i < k; i++) normal[i] = random.normal();
    displacement.set(normal);
    solveTransposedInPlace(factor, k, displacement);
    for (let i = 0; i < k; i++) {
      draws[draw * k + i] = mode[i]! + (mirrored ? -1 : 1) * displacement[i]!;
    }
  }
  flatten(items, observed.questions, proposals[1]!.mode, slopes);
  for (let draw = 0; draw < count; draw++) {
    const theta = draws.subarray(draw * k, (draw + 1) * k);
    const { log, wideShare } = priorDensity(prior, draws, draw * k);
    wideShares[draw] = wideShare;
    weights[draw] =
      log + logLikelihood(slopes, observed.labels, theta) - logMixtureDensity(proposals, theta);
  }
  normalise(weights);
  const mean = new Float64Array(k);
  let outside = 0;
  for (let draw = 0; draw < count; draw++) {
    outside += weights[draw]! * wideShares[draw]!;
    for (let i = 0; i < k; i++) mean[i] = mean[i]! + weights[draw]! * draws[draw * k + i]!;
  }
  return { mean, factor: proposals[0]!.factor, draws, weights, outside };
}

/** A normal distribution near the posterior. */
interface Approximation {
  readonly mode: Float64Array;
  /** Lower Cholesky factor of the inverse of its covariance, row-major [k, k]. */
  readonly factor: Float64Array;
}

/** Laplace's approximation under a normal prior of `scale` standard deviations of the pool. */
function approximate(options: {
  readonly items: ItemParameters;
  readonly prior: AbilityPrior;
  readonly observed: ObservedAnswers;
  readonly scale: number;
}): Approximation {
  const { items, prior, observed, scale: size } = options;
  const k = items.dimensions;
  const width = k + 1;
  const precision = prior.precision.map((value) => value / size ** 2);
  const n = observed.questions.length;
  const mode = Float64Array.from(prior.mean);
  const factor = new Float64Array(k * k);
  const step = new Float64Array(k);
  const slopes = new Float64Array(n * width);
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    flatten(items, observed.questions, mode, slopes);
    factor.set(precision);
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) {
        sum -= precision[i * k + j]! * (mode[j]! - prior.mean[j]!);
      }
      step[i] = sum;
    }
    for (let a = 0; a < n; a++) {
      const start = a * width;
      let logit = slopes[start]!;
      for (let i = 0; i < k; i++) logit += slopes[start + 1 + i]! * mode[i]!;
      const p = 1 / (1 + Math.exp(-logit));
      const residual = observed.labels[a]! - p;
      const weight = p * (1 - p);
      for (let i = 0; i < k; i++) {
        const b = slopes[start + 1 + i]!;
        step[i] = step[i]! + residual * b;
        for (let j = 0; j <= i; j++) {
          factor[i * k + j] = factor[i * k + j]! + weight * b * slopes[start + 1 + j]!;
        }
      }
    }
    factorInPlace(factor, k);
    solveInPlace(factor, k, step);
    let longest = 0;
    for (let i = 0; i < k; i++) longest = Math.max(longest, Math.abs(step[i]!));
    const share = longest > LARGEST_STEP ? LARGEST_STEP / longest : 1;
    for (let i = 0; i < k; i++) mode[i] = mode[i]! + share * step[i]!;
    if (longest < CONVERGED) break;
  }
  return { mode, factor };
}

function logLikelihood(slopes: Float64Array, labels: Uint8Array, abilities: Float64Array): number {
  const width = abilities.length + 1;
  let sum = 0;
  for (let a = 0; a < labels.length; a++) {
    const start = a * width;
    let logit = slopes[start]!;
    for (let i = 1; i < width; i++) logit += slopes[start + i]! * abilities[i - 1]!;
    const sign = labels[a] === 1 ? logit : -logit;
    sum -= sign > 0 ? Math.log1p(Math.exp(-sign)) : Math.log1p(Math.exp(sign)) - sign;
  }
  return sum;
}

/** Up to a constant. */
function logMixtureDensity(
  parts: readonly (Approximation & { readonly share: number })[],
  abilities: Float64Array,
): number {
  const k = abilities.length;
  const logs = parts.map(({ mode, factor, share }) => {
    let log = Math.log(share);
    for (let j = 0; j < k; j++) {
      let z = 0;
      for (let i = j; i < k; i++) z += factor[i * k + j]! * (abilities[i]! - mode[i]!);
      log += Math.log(factor[j * k + j]!) - 0.5 * z * z;
    }
    return log;
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}

/** Writes the flattened parameters of the given questions, row-major [n, k + 1]. */
export function flatten(
  items: ItemParameters,
  questions: Int32Array,
  abilities: Float64Array,
  slopes: Float64Array,
): void {
  const width = items.dimensions + 1;
  for (let a = 0; a < questions.length; a++) {
    const q = questions[a]!;
    const kappa = flattening(items, q, abilities);
    for (let i = 0; i < width; i++) {
      slopes[a * width + i] = kappa * items.means[q * width + i]!;
    }
  }
}

/** Turns log weights into weights that sum to 1. */
function normalise(weights: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const weight of weights) largest = Math.max(largest, weight);
  let sum = 0;
  for (let draw = 0; draw < weights.length; draw++) {
    const weight = Math.exp(weights[draw]! - largest);
    weights[draw] = weight;
    sum += weight;
  }
  for (let draw = 0; draw < weights.length; draw++) {
    weights[draw] = weights[draw]! / sum;
  }
}
