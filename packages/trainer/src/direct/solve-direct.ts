import { Matrix } from '@embedllm/core';
import type { Curvature } from './curvature.js';
import { InverseHessian, type Secant } from './inverse-hessian.js';
import { addPenalty, type CentredParameters, type Penalty, total } from './penalty.js';
import { addTo } from './shard.js';
import { type GradientSource, totalGradient } from './total-gradient.js';

/** What `solveDirect` takes. */
export interface SolveDirectOptions extends GradientSource {
  readonly penalty: Penalty;
  /** A solution of the same questions, with any penalty, to start from. @default zero */
  readonly start?: DirectSolution | undefined;
  /** Stop when sqrt(gᵀ H⁻¹ g / labels) falls to this. @default 1e-4 */
  readonly tolerance?: number | undefined;
  /** @default 200 */
  readonly maxIterations?: number | undefined;
  readonly onIteration?: ((progress: IterationProgress) => void) | undefined;
}

/** State after one iteration. */
export interface IterationProgress {
  /** Gradients so far, counted from 1. */
  readonly iteration: number;
  /** Mean log loss of the training labels in nats, at the point that the gradient was taken. */
  readonly loss: number;
  /** sqrt(gᵀ H⁻¹ g / labels), which the tolerance is compared with. */
  readonly gradientNorm: number;
}

/** A solution with the way to it. */
export interface DirectSolution extends CentredParameters {
  /** Gradients taken; none where the start was good enough. */
  readonly iterations: number;
  readonly gradientNorm: number;
  /** False when `maxIterations` ended the solve. */
  readonly converged: boolean;
  readonly state: SolverState;
}

/** What another solve of the same questions resumes from. */
export interface SolverState extends Evaluation {
  /** Curvature of each model's loss as a share of the bound, length M. */
  readonly shares: Float64Array;
  readonly secants: readonly Secant[];
}

/** The loss and its gradient at a point. */
interface Evaluation {
  readonly parameters: CentredParameters;
  /** [M, D + 1]: the weights in the basis of the curvature, then the intercept. */
  readonly point: Float64Array;
  /** Gradient of the loss there, without the penalty, of the same shape. */
  readonly slope: Float64Array;
  readonly loss: number;
}

/** Secants that are kept: more save few iterations and cost memory, 8 M D bytes each. */
const MEMORY = 4;
/** A step is too long when the objective rises at its end by this share of its fall at the start. */
const OVERSHOOT = 0.5;
/** Least curvature that a model is taken to have, whatever its share of correct answers. */
const LEAST_VARIANCE = 0.1;

/**
 * Minimises, jointly over all models, the log loss of the observed labels plus
 *
 *     λ/2 (Σ_m |w_m|² - κ M |w̄|²) + λ_b/2 Σ_m (b_m - b̄)²,
 *
 * which is the hierarchical prior w_m ~ N(v, 1/λ), v ~ N(0, κ / (M λ (1 - κ))) with v at its
 * optimum κ w̄: no pooling at κ = 0, a free pool mean at κ = 1.
 *
 * A quasi-Newton method in the basis in which the curvature bound of Böhning and Lindsay (1988) is
 * tridiagonal: see `InverseHessian`. A step that overshoots is cut back by the secant rule. The
 * estimate does not depend on the penalty, so that a start from another solution brings it along.
 * 4 Q D M + 4 D² M FLOPs an iteration.
 *
 * @throws EmbedLLMError `not-finite`, naming the iteration and the tensor; the signal's reason
 * when aborted.
 */
export async function solveDirect(options: SolveDirectOptions): Promise<DirectSolution> {
  const { shards, curvature, penalty, start, onIteration } = options;
  const { tolerance = 1e-4, maxIterations = 200 } = options;
  const M = shards[0]!.modelCount;
  const labelCounts = new Float64Array(M);
  for (const shard of shards) addTo(labelCounts, shard.labelCounts);
  const labels = total(labelCounts);
  let iterations = 0;
  const evaluate = (point: Float64Array): Promise<Evaluation> =>
    evaluateAt(options, point, `iteration ${++iterations}`);
  let here: Evaluation =
    start?.state ?? (await evaluate(new Float64Array(M * (curvature.dimensions + 1))));
  const shares = start?.state.shares ?? sharesOfBound(here, labelCounts, curvature);
  let secants = start?.state.secants ?? [];
  for (;;) {
    const gradient = addPenalty(here.slope, here.point, penalty, M);
    const step = new InverseHessian({ curvature, penalty, shares, secants }).times(gradient);
    const fall = dot(gradient, step);
    const gradientNorm = Math.sqrt(Math.max(fall, 0) / labels);
    if (iterations > 0) {
      onIteration?.({ iteration: iterations, loss: here.loss / labels, gradientNorm });
    }
    const converged = gradientNorm <= tolerance;
    if (converged || iterations >= maxIterations) {
      const state = { ...here, shares, secants };
      return { ...here.parameters, iterations, gradientNorm, converged, state };
    }
    let next: Evaluation;
    for (let length = 1; ; ) {
      next = await evaluate(here.point.map((value, index) => value - length * step[index]!));
      const rise = -dot(addPenalty(next.slope, next.point, penalty, M), step);
      if (rise <= OVERSHOOT * fall || iterations >= maxIterations) break;
      length *= fall / (fall + rise);
    }
    secants = [...secants, secantBetween(here, next)].slice(-MEMORY);
    here = next;
  }
}

async function evaluateAt(
  source: GradientSource,
  point: Float64Array,
  where: string,
): Promise<Evaluation> {
  source.signal?.throwIfAborted();
  const { curvature } = source;
  const D = curvature.dimensions;
  const M = point.length / (D + 1);
  const rows = new Matrix(M, D);
  const intercepts = new Float64Array(M);
  for (let model = 0; model < M; model++) {
    const start = model * (D + 1);
    rows.row(model).set(point.subarray(start, start + D));
    intercepts[model] = point[start + D]!;
  }
  const weights = Float64Array.from((await curvature.fromBasis(rows)).data);
  const parameters = { weights, intercepts };
  const gradient = await totalGradient(source, parameters, where);
  const rotated = await curvature.toBasis(new Matrix(M, D, Float32Array.from(gradient.weights)));
  const slope = new Float64Array(point.length);
  for (let model = 0; model < M; model++) {
    slope.set(rotated.row(model), model * (D + 1));
    slope[model * (D + 1) + D] = gradient.bias[model]!;
  }
  return { parameters, point, slope, loss: gradient.loss };
}

/** 4 p (1 - p) n / Q of n labels, a share p of them 1: what the bound is too high by at the start. */
function sharesOfBound(
  { slope }: Evaluation,
  labelCounts: Float64Array,
  { dimensions, questions }: Curvature,
): Float64Array {
  return labelCounts.map((count, model) => {
    // With all parameters zero the intercept's slope is Σ (1/2 - y).
    const correct = count / 2 - slope[(model + 1) * (dimensions + 1) - 1]!;
    const rate = correct / Math.max(count, 1);
    return (Math.max(4 * rate * (1 - rate), LEAST_VARIANCE) * Math.max(count, 1)) / questions;
  });
}

function secantBetween(from: Evaluation, to: Evaluation): Secant {
  const step = new Float32Array(to.point.length);
  const change = new Float32Array(to.point.length);
  for (let index = 0; index < step.length; index++) {
    step[index] = to.point[index]! - from.point[index]!;
    change[index] = to.slope[index]! - from.slope[index]!;
  }
  return { step, change };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += a[index]! * b[index]!;
  }
  return sum;
}
