import { Random } from '@embedllm/core';
import { AbilityDensity, type NormalPart } from './ability-density.js';
import type { AbilityPrior } from './ability-prior.js';
import type { ItemParameters } from './item-parameters.js';
import { ResponseCurves } from './response-curves.js';
import { factorInPlace, solveInPlace, solveTransposedInPlace } from './small-solve.js';

/** Answers of one model to questions of a pool. */
export interface ObservedAnswers {
  /** Indices of the questions, each once. */
  readonly questions: Int32Array;
  /** 0 or 1 for each of them. */
  readonly labels: Uint8Array;
}

/**
 * Weighted draws of the abilities and the level of one model, given its answers: `width` = k + 1
 * coordinates, of which the last one is the level (see `AbilityDensity`).
 */
export interface AbilityPosterior {
  /** k + 1. */
  readonly width: number;
  /** Posterior mean, length k + 1. */
  readonly mean: Float64Array;
  /** Lower Cholesky factor of the curvature under the pool's normal prior, row-major. */
  readonly factor: Float64Array;
  /** Row-major [draws, k + 1]. */
  readonly draws: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
  /** Probability that the model is stronger or weaker in general than all models of the pool. */
  readonly outside: number;
}

const NEWTON_STEPS = 30;
const LARGEST_STEP = 1.5;
const CONVERGED = 1e-6;

/**
 * Posterior of a model's abilities by importance sampling: the draws come in turns, in antithetic
 * pairs, from the normal approximations (Newton's method to the mode) under each of the normal
 * distributions that together reach all of the prior, so that they reach both a model like those of
 * the pool and one beyond them. Each is weighed by prior times likelihood over the density of the
 * mixture it came from (the balance heuristic, Veach and Guibas 1995).
 * O(n k² + draws (n k + M k²)) FLOPs for n answers.
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
  const density = new AbilityDensity(prior);
  const { width } = density;
  const curves = new ResponseCurves(items, observed.questions);
  const parts = density.parts().map((part) => approximate(curves, part, observed.labels));
  const pairs = count / 2;
  const proposals = parts.map((part, index) => ({
    ...part,
    share: Math.ceil((pairs - index) / parts.length) / pairs,
  }));
  const random = new Random(seed);
  const draws = new Float64Array(count * width);
  const weights = new Float64Array(count);
  const normal = new Float64Array(width);
  const displacement = new Float64Array(width);
  for (let draw = 0; draw < count; draw++) {
    const mirrored = draw % 2 === 1;
    const { mode, factor } = proposals[(draw >> 1) % proposals.length]!;
    if (!mirrored) for (let i = 0; i < width; i++) normal[i] = random.normal();
    displacement.set(normal);
    solveTransposedInPlace(factor, width, displacement);
    for (let i = 0; i < width; i++) {
      draws[draw * width + i] = mode[i]! + (mirrored ? -1 : 1) * displacement[i]!;
    }
  }
  for (let draw = 0; draw < count; draw++) {
    const theta = draws.subarray(draw * width, (draw + 1) * width);
    curves.moveTo(draws, draw * width);
    weights[draw] =
      density.log(draws, draw * width) +
      logLikelihood(curves, observed.labels) -
      logMixtureDensity(proposals, theta);
  }
  normalise(weights);
  const mean = new Float64Array(width);
  let outside = 0;
  for (let draw = 0; draw < count; draw++) {
    if (density.isOutside(draws, draw * width)) outside += weights[draw]!;
    for (let i = 0; i < width; i++) mean[i] = mean[i]! + weights[draw]! * draws[draw * width + i]!;
  }
  return { width, mean, factor: parts[0]!.factor, draws, weights, outside };
}

/** A normal distribution near the posterior. */
interface Approximation {
  readonly mode: Float64Array;
  /** Lower Cholesky factor of the inverse of its covariance, row-major. */
  readonly factor: Float64Array;
}

/** Laplace's approximation under a part of the prior. */
function approximate(curves: ResponseCurves, part: NormalPart, labels: Uint8Array): Approximation {
  const { precision } = part;
  const k = part.mean.length;
  const mode = Float64Array.from(part.mean);
  const factor = new Float64Array(k * k);
  const step = new Float64Array(k);
  const slopes = new Float64Array(k);
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    curves.moveTo(mode, 0);
    factor.set(precision);
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) {
        sum -= precision[i * k + j]! * (mode[j]! - part.mean[j]!);
      }
      step[i] = sum;
    }
    for (let a = 0; a < labels.length; a++) {
      const p = 1 / (1 + Math.exp(-curves.logit(a)));
      const residual = labels[a]! - p;
      const weight = p * (1 - p);
      curves.slopes(a, slopes);
      for (let i = 0; i < k; i++) {
        const b = slopes[i]!;
        step[i] = step[i]! + residual * b;
        for (let j = 0; j <= i; j++) {
          factor[i * k + j] = factor[i * k + j]! + weight * b * slopes[j]!;
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

function logLikelihood(curves: ResponseCurves, labels: Uint8Array): number {
  let sum = 0;
  for (let a = 0; a < labels.length; a++) {
    const logit = curves.logit(a);
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
