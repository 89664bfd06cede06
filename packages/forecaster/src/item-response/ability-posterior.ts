import { Random } from '@embedllm/core';
import { type AbilityPrior, logPriorDensity } from './ability-prior.js';
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
  /** Posterior mode under a normal prior, length k. */
  readonly mode: Float64Array;
  /** Lower Cholesky factor of the curvature at the mode, row-major [k, k]. */
  readonly factor: Float64Array;
  /** Row-major [draws, k]. */
  readonly draws: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
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
 * Posterior of a model's abilities: Newton's method to the mode under a normal prior, then
 * importance sampling from the normal distribution around it, in antithetic pairs, with weights that
 * put the pool's own prior in the place of the normal one. O(n k² + draws (n k + M k²)) FLOPs for n
 * answers.
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
  const width = k + 1;
  const { precision } = prior;
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
    const scale = longest > LARGEST_STEP ? LARGEST_STEP / longest : 1;
    for (let i = 0; i < k; i++) mode[i] = mode[i]! + scale * step[i]!;
    if (longest < CONVERGED) break;
  }
  flatten(items, observed.questions, mode, slopes);
  const random = new Random(seed);
  const draws = new Float64Array(count * k);
  const weights = new Float64Array(count);
  const normal = new Float64Array(k);
  const displacement = new Float64Array(k);
  for (let draw = 0; draw < count; draw++) {
    const mirrored = draw % 2 === 1;
    if (!mirrored) for (let i = 0; i < k; i++) normal[i] = random.normal();
    displacement.set(normal);
    solveTransposedInPlace(factor, k, displacement);
    let logWeight = 0;
    for (let i = 0; i < k; i++) {
      const z = normal[i]!;
      logWeight += 0.5 * z * z;
      draws[draw * k + i] = mode[i]! + (mirrored ? -1 : 1) * displacement[i]!;
    }
    logWeight += logPriorDensity(prior, draws, draw * k);
    for (let a = 0; a < n; a++) {
      const start = a * width;
      let logit = slopes[start]!;
      for (let i = 0; i < k; i++) {
        logit += slopes[start + 1 + i]! * draws[draw * k + i]!;
      }
      const sign = observed.labels[a] === 1 ? logit : -logit;
      logWeight -= sign > 0 ? Math.log1p(Math.exp(-sign)) : Math.log1p(Math.exp(sign)) - sign;
    }
    weights[draw] = logWeight;
  }
  normalise(weights);
  return { mode, factor, draws, weights };
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
