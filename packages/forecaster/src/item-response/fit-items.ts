import { MISSING } from '@embedllm/core';
import type { ItemPrior } from './item-prior.js';
import {
  addTriangle,
  factorInPlace,
  invertFactor,
  outerProduct,
  solveInPlace,
  triangleSize,
} from './small-solve.js';

/** Largest Newton step in any item parameter; keeps separable questions from overshooting. */
const LARGEST_STEP = 2;

/** Answers of the pool in the layouts that the two half-steps read. */
export interface PoolAnswers {
  readonly questions: number;
  readonly models: number;
  /** Row-major [Q, M]; 0, 1 or MISSING. */
  readonly labels: Uint8Array;
}

/**
 * One Newton step on the parameters of every question, given the abilities of the pool's models;
 * 2 M (k + 1)² FLOPs a question. With `covariances`, also writes the inverse of the curvature there
 * (Laplace's approximation).
 */
export function stepItems(options: {
  readonly answers: PoolAnswers;
  /** Row-major [M, k + 1], first column 1. */
  readonly abilities: Float64Array;
  readonly prior: ItemPrior;
  /** Row-major [Q, k + 1]; moved. */
  readonly items: Float64Array;
  /** Row-major [Q, k + 1, k + 1]; overwritten. */
  readonly covariances: Float64Array;
  readonly width: number;
}): void {
  const { answers, abilities, prior, items, covariances, width } = options;
  const { questions: Q, models: M, labels } = answers;
  const hessian = new Float64Array(width * width);
  const gradient = new Float64Array(width);
  const mean = new Float64Array(width);
  const column = new Float64Array(width);
  const size = triangleSize(width);
  const products = new Float64Array(M * size);
  for (let m = 0; m < M; m++) outerProduct(abilities, m * width, width, products, m * size);
  const curvature = new Float64Array(size);
  for (let q = 0; q < Q; q++) {
    const start = q * width;
    curvature.fill(0);
    prior.meanOf(q, mean);
    hessian.set(prior.precision);
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) {
        sum -= prior.precision[i * width + j]! * (items[start + j]! - mean[j]!);
      }
      gradient[i] = sum;
    }
    for (let m = 0, cell = q * M; m < M; m++, cell++) {
      const label = labels[cell]!;
      if (label === MISSING) continue;
      const z = m * width;
      let logit = 0;
      for (let i = 0; i < width; i++) {
        logit += items[start + i]! * abilities[z + i]!;
      }
      const p = 1 / (1 + Math.exp(-logit));
      const residual = label - p;
      const weight = p * (1 - p);
      for (let i = 0; i < width; i++) {
        gradient[i] = gradient[i]! + residual * abilities[z + i]!;
      }
      for (let i = 0, x = m * size; i < size; i++, x++) {
        curvature[i] = curvature[i]! + weight * products[x]!;
      }
    }
    addTriangle(curvature, 0, width, hessian);
    factorInPlace(hessian, width);
    solveInPlace(hessian, width, gradient);
    let longest = 0;
    for (let i = 0; i < width; i++) longest = Math.max(longest, Math.abs(gradient[i]!));
    const scale = longest > LARGEST_STEP ? LARGEST_STEP / longest : 1;
    for (let i = 0; i < width; i++) {
      items[start + i] = items[start + i]! + scale * gradient[i]!;
    }
    invertFactor(hessian, width, covariances, start * width, column);
  }
}
