import { MISSING } from '@embedllm/core';
import type { PoolAnswers } from './fit-items.js';
import {
  addTriangle,
  factorInPlace,
  invertFactor,
  outerProduct,
  solveInPlace,
  triangleSize,
} from './small-solve.js';

/** Largest Newton step in any ability. */
const LARGEST_STEP = 1;

/**
 * One Newton step on the abilities of every model of the pool, given the questions' parameters,
 * with a standard normal prior; 2 Q k² FLOPs a model.
 */
export function stepAbilities(options: {
  readonly answers: PoolAnswers;
  /** Row-major [M, k + 1], first column 1; moved. */
  readonly abilities: Float64Array;
  /** Row-major [Q, k + 1]. */
  readonly items: Float64Array;
  /** Row-major [M, k, k]; overwritten with the inverses of the curvature. */
  readonly covariances: Float64Array;
  readonly width: number;
}): void {
  const { answers, abilities, items, covariances, width } = options;
  const { questions: Q, models: M, labels } = answers;
  const k = width - 1;
  const hessians = new Float64Array(M * k * k);
  const gradients = new Float64Array(M * k);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < k; i++) {
      hessians[m * k * k + i * k + i] = 1;
      gradients[m * k + i] = -abilities[m * width + 1 + i]!;
    }
  }
  const size = triangleSize(k);
  const products = new Float64Array(size);
  const curvatures = new Float64Array(M * size);
  for (let q = 0; q < Q; q++) {
    const start = q * width;
    outerProduct(items, start + 1, k, products, 0);
    for (let m = 0, cell = q * M; m < M; m++, cell++) {
      const label = labels[cell]!;
      if (label === MISSING) continue;
      let logit = items[start]!;
      for (let i = 1; i < width; i++) {
        logit += items[start + i]! * abilities[m * width + i]!;
      }
      const p = 1 / (1 + Math.exp(-logit));
      const residual = label - p;
      const weight = p * (1 - p);
      for (let i = 0, g = m * k; i < k; i++, g++) {
        gradients[g] = gradients[g]! + residual * items[start + 1 + i]!;
      }
      for (let i = 0, c = m * size; i < size; i++, c++) {
        curvatures[c] = curvatures[c]! + weight * products[i]!;
      }
    }
  }
  const column = new Float64Array(k);
  for (let m = 0; m < M; m++) {
    const hessian = hessians.subarray(m * k * k, (m + 1) * k * k);
    const step = gradients.subarray(m * k, (m + 1) * k);
    addTriangle(curvatures, m * size, k, hessian);
    factorInPlace(hessian, k);
    solveInPlace(hessian, k, step);
    let longest = 0;
    for (let i = 0; i < k; i++) longest = Math.max(longest, Math.abs(step[i]!));
    const scale = longest > LARGEST_STEP ? LARGEST_STEP / longest : 1;
    for (let i = 0; i < k; i++) {
      const cell = m * width + 1 + i;
      abilities[cell] = abilities[cell]! + scale * step[i]!;
    }
    invertFactor(hessian, k, covariances, m * k * k, column);
  }
}
