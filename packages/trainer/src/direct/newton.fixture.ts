import { MISSING } from '@embedllm/core';
import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import type { LabelledSet } from './labelled-set.js';
import type { CentredParameters, Penalty } from './penalty.js';

/**
 * The direct solver's objective, minimised in another way: one joint Newton iteration over the
 * M (D + 1) parameters in double precision. O((M D)³): for small problems only.
 */
export function solveByNewton(set: LabelledSet, penalty: Penalty): CentredParameters {
  const { embeddings, correctness } = set;
  const M = correctness.modelCount;
  const D = embeddings.cols;
  const mean = new Float64Array(D);
  for (let q = 0; q < embeddings.rows; q++) {
    for (let j = 0; j < D; j++) mean[j]! += embeddings.at(q, j) / embeddings.rows;
  }
  const width = D + 1;
  const size = M * width;
  const theta = new Float64Array(size);
  for (let round = 0; round < 60; round++) {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    for (let q = 0; q < embeddings.rows; q++) {
      const x = [...mean.map((value, j) => embeddings.at(q, j) - value), 1];
      for (let m = 0; m < M; m++) {
        const label = correctness.labels[q * M + m]!;
        if (label === MISSING) continue;
        const z = x.reduce((sum, value, j) => sum + value * theta[m * width + j]!, 0);
        const p = 1 / (1 + Math.exp(-z));
        for (let i = 0; i < width; i++) {
          gradient[m * width + i]! += (p - label) * x[i]!;
          for (let j = 0; j < width; j++) {
            hessian[(m * width + i) * size + m * width + j]! += p * (1 - p) * x[i]! * x[j]!;
          }
        }
      }
    }
    for (let j = 0; j < width; j++) {
      const strength = j < D ? penalty.ridge : penalty.interceptRidge;
      const pooling = j < D ? penalty.pooling : 1;
      let average = 0;
      for (let m = 0; m < M; m++) average += theta[m * width + j]! / M;
      for (let a = 0; a < M; a++) {
        gradient[a * width + j]! += strength * (theta[a * width + j]! - pooling * average);
        for (let b = 0; b < M; b++) {
          hessian[(a * width + j) * size + b * width + j]! +=
            strength * ((a === b ? 1 : 0) - pooling / M);
        }
      }
    }
    const step = choleskySolve(cholesky(hessian, size), gradient);
    for (let i = 0; i < size; i++) theta[i]! -= step[i]!;
    if (Math.max(...step.map(Math.abs)) < 1e-12) break;
  }
  const weights = new Float64Array(M * D);
  const intercepts = new Float64Array(M);
  for (let m = 0; m < M; m++) {
    weights.set(theta.subarray(m * width, m * width + D), m * D);
    intercepts[m] = theta[m * width + D]!;
  }
  return { weights, intercepts };
}
