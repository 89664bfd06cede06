import type { Matrix } from '@embedllm/core';
import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import { dot } from '../scoring/dot.js';
import { freeDimensions, type Gaussian, invert, submatrix } from './gaussian.js';

const MAX_STEPS = 50;

/**
 * The posterior of a model's embedding given its answers: the mode of
 * Σ log P(y_i | p . φ_i + c_i) + log N(p; prior) by damped Newton steps, and the inverse curvature
 * there as covariance (Laplace's approximation). The problem is convex, so that the mode is the
 * only one. n d² + d³ FLOPs a step, about 5 steps.
 *
 * @param prior - What is known beforehand.
 * @param features - φ of the questions answered, shape [n, d].
 * @param outcomes - From 0 to 1, length n.
 * @param offsets - c_i, length n.
 */
export function laplacePosterior(
  prior: Gaussian,
  features: Matrix,
  outcomes: ArrayLike<number>,
  offsets: ArrayLike<number>,
): Gaussian {
  const d = prior.mean.length;
  const free = freeDimensions(prior);
  const n = free.length;
  if (n === 0 || features.rows === 0) return prior;
  const precision = invert(submatrix(prior.covariance, d, free), n);
  const rows = Array.from({ length: features.rows }, (_, i) =>
    Float64Array.from(free, (k) => features.at(i, k)),
  );
  // What the fixed dimensions and the prior mean give each question.
  const base = Array.from(
    { length: features.rows },
    (_, i) => offsets[i]! + dot(prior.mean, features.row(i)),
  );
  const objective = (delta: Float64Array): number => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        value += (delta[i]! * precision[i * n + j]! * delta[j]!) / 2;
      }
    }
    rows.forEach((row, i) => {
      const z = base[i]! + dot(row, delta);
      // log(1 + exp(z)) - y z without overflow.
      value += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - outcomes[i]! * z;
    });
    return value;
  };
  let delta: Float64Array = new Float64Array(n);
  let current = objective(delta);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, curvature } = derivatives(delta);
    const move = choleskySolve(cholesky(curvature, n), gradient);
    const decrease = dot(gradient, move);
    if (decrease < 1e-12) break;
    let length = 1;
    let next = delta;
    let value = current;
    do {
      next = delta.map((x, k) => x - length * move[k]!);
      value = objective(next);
      length /= 2;
    } while (value > current - 1e-4 * length * decrease && length > 1e-6);
    if (value >= current) break;
    delta = next;
    current = value;
  }
  const inverse = invert(derivatives(delta).curvature, n);
  const mean = prior.mean.slice();
  const covariance = new Float64Array(d * d);
  free.forEach((row, i) => {
    mean[row] = mean[row]! + delta[i]!;
    free.forEach((col, j) => {
      covariance[row * d + col] = inverse[i * n + j]!;
    });
  });
  return { mean, covariance };

  function derivatives(at: Float64Array): { gradient: Float64Array; curvature: Float64Array } {
    const gradient = new Float64Array(n);
    const curvature = precision.slice();
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        gradient[i] = gradient[i]! + precision[i * n + j]! * at[j]!;
      }
    }
    rows.forEach((row, index) => {
      const p = 1 / (1 + Math.exp(-(base[index]! + dot(row, at))));
      const residual = p - outcomes[index]!;
      const weight = p * (1 - p);
      for (let i = 0; i < n; i++) {
        const value = row[i]!;
        gradient[i] = gradient[i]! + residual * value;
        for (let j = 0; j < n; j++) {
          curvature[i * n + j] = curvature[i * n + j]! + weight * value * row[j]!;
        }
      }
    });
    return { gradient, curvature };
  }
}

/**
 * The posterior after one more answer: the mode along Σ φ, the only direction that one answer
 * moves, and the covariance by the rank-one formula (assumed density filtering with Laplace's
 * approximation). 4 d² FLOPs.
 *
 * @param feature - φ of the question, length d.
 * @param outcome - From 0 to 1.
 */
export function filterAnswer(
  { mean, covariance }: Gaussian,
  feature: ArrayLike<number>,
  outcome: number,
  offset: number,
): Gaussian {
  const d = mean.length;
  const direction = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    direction[i] = dot(covariance.subarray(i * d, (i + 1) * d), feature);
  }
  const variance = dot(direction, feature);
  const start = offset + dot(mean, feature);
  // z - variance (y - σ(z)) - start rises by at least z, so that bisection between bounds is safe.
  let low = start - variance;
  let high = start + variance;
  for (let step = 0; step < 60 && high - low > 1e-12 * (1 + variance); step++) {
    const z = (low + high) / 2;
    if (z - variance * (outcome - 1 / (1 + Math.exp(-z))) > start) high = z;
    else low = z;
  }
  const p = 1 / (1 + Math.exp(-(low + high) / 2));
  const weight = p * (1 - p);
  const shrink = weight / (1 + weight * variance);
  const next = covariance.slice();
  for (let i = 0; i < d; i++) {
    const scaled = shrink * direction[i]!;
    for (let j = 0; j < d; j++) {
      next[i * d + j] = next[i * d + j]! - scaled * direction[j]!;
    }
  }
  return {
    mean: mean.map((x, k) => x + (outcome - p) * direction[k]!),
    covariance: next,
  };
}
