import { type BidiagonalFactor, type Curvature, solveRow } from './curvature.js';
import type { Penalty } from './penalty.js';
import { addTo } from './shard.js';

/** How the gradient of the loss changed along a step, rows of [M, D + 1] like the parameters. */
export interface Secant {
  readonly step: Float32Array;
  /** Without the penalty, so that it holds for every strength. */
  readonly change: Float32Array;
}

/** What an `InverseHessian` is made of. */
export interface InverseHessianOptions {
  readonly curvature: Curvature;
  readonly penalty: Penalty;
  /** Curvature of each model's loss as a share of the bound Xcᵀ Xc / 4, above 0, length M. */
  readonly shares: Float64Array;
  /** Oldest first. */
  readonly secants: readonly Secant[];
}

/**
 * An estimate of the inverse Hessian of the direct solver's objective, symmetric and positive definite.
 *
 * The models' losses are separate, so that each has an L-BFGS estimate of its own (Nocedal 1980),
 * which starts from its share of the curvature bound: joint secants would have to serve all models
 * at once. The pull towards the pool mean, -κ λ / M in every pair of models, is then added by the
 * Woodbury identity, with the bound instead of the estimates where all models are summed.
 */
export class InverseHessian {
  readonly #options: InverseHessianOptions;
  /** Of each secant: 1 / (sᵀ y) for each model, 0 where rounding hides the curvature. */
  readonly #reciprocals: readonly Float64Array[];
  readonly #meanShare: number;
  readonly #poolFactor: BidiagonalFactor;

  constructor(options: InverseHessianOptions) {
    const { curvature, penalty, shares, secants } = options;
    this.#options = options;
    this.#reciprocals = secants.map((secant) => reciprocals(secant, penalty, shares.length));
    this.#meanShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const { ridge, pooling } = penalty;
    this.#poolFactor = curvature.factor((ridge * (1 - pooling)) / this.#meanShare);
  }

  /** H⁻¹ g for rows g of [M, D + 1]: (32 K + 20) M D FLOPs with K secants. */
  times(gradient: Float64Array): Float64Array {
    const { penalty, shares } = this.#options;
    const M = shares.length;
    const width = gradient.length / M;
    const isCoupled = penalty.pooling > 0 || penalty.interceptRidge > 0;
    const solved = Float64Array.from(gradient);
    const row = (model: number): Float64Array =>
      solved.subarray(model * width, (model + 1) * width);
    for (let model = 0; model < M; model++) this.#solve(row(model), model);
    if (!isCoupled) return solved;
    const sum = new Float64Array(width);
    for (let model = 0; model < M; model++) addTo(sum, row(model));
    const pull = this.#poolPull(sum, M);
    solved.set(gradient);
    for (let model = 0; model < M; model++) {
      addTo(row(model), pull);
      this.#solve(row(model), model);
    }
    return solved;
  }

  /** Replaces b by H_m⁻¹ b, without the coupling: the two loops of L-BFGS. */
  #solve(b: Float64Array, model: number): void {
    const { secants, curvature, penalty, shares } = this.#options;
    const { ridge, interceptRidge } = penalty;
    const D = b.length - 1;
    const projections = new Float64Array(secants.length);
    for (let k = secants.length - 1; k >= 0; k--) {
      const reciprocal = this.#reciprocals[k]![model]!;
      if (reciprocal === 0) continue;
      const { step, change } = rowsOf(secants[k]!, model, D + 1);
      let product = 0;
      for (let j = 0; j <= D; j++) product += step[j]! * b[j]!;
      const scale = reciprocal * product;
      projections[k] = scale;
      for (let j = 0; j < D; j++) b[j] = b[j]! - scale * (change[j]! + ridge * step[j]!);
      b[D] = b[D]! - scale * (change[D]! + interceptRidge * step[D]!);
    }
    const share = shares[model]!;
    solveRow(b.subarray(0, D), curvature.factor(ridge / share), share);
    b[D] = b[D]! / ((curvature.questions / 4) * share + interceptRidge);
    for (let k = 0; k < secants.length; k++) {
      const reciprocal = this.#reciprocals[k]![model]!;
      if (reciprocal === 0) continue;
      const { step, change } = rowsOf(secants[k]!, model, D + 1);
      let product = (change[D]! + interceptRidge * step[D]!) * b[D]!;
      for (let j = 0; j < D; j++) product += (change[j]! + ridge * step[j]!) * b[j]!;
      const scale = projections[k]! - reciprocal * product;
      for (let j = 0; j <= D; j++) b[j] = b[j]! + scale * step[j]!;
    }
  }

  /** What the pull towards the mean adds to each row of the gradient, from Σ_m H_m⁻¹ g_m. */
  #poolPull(sum: Float64Array, M: number): Float64Array {
    const { curvature, penalty } = this.#options;
    const D = sum.length - 1;
    const coupling = penalty.pooling * penalty.ridge;
    const pull = sum.slice();
    solveRow(pull.subarray(0, D), this.#poolFactor, this.#meanShare);
    for (let j = 0; j < D; j++) pull[j] = (coupling / M) * (sum[j]! + coupling * pull[j]!);
    const { interceptRidge } = penalty;
    const data = (curvature.questions / 4) * this.#meanShare;
    pull[D] = (interceptRidge / M) * (1 + interceptRidge / data) * sum[D]!;
    return pull;
  }
}

/** 1 / sᵀ (y + λ s) for each model. */
function reciprocals(secant: Secant, penalty: Penalty, M: number): Float64Array {
  const D = secant.step.length / M - 1;
  return Float64Array.from({ length: M }, (_, model) => {
    const { step, change } = rowsOf(secant, model, D + 1);
    let data = 0;
    let square = 0;
    for (let j = 0; j <= D; j++) data += step[j]! * change[j]!;
    for (let j = 0; j < D; j++) square += step[j]! ** 2;
    const prior = penalty.ridge * square + penalty.interceptRidge * step[D]! ** 2;
    // The loss is convex: less than the prior alone is rounding.
    return data > -0.5 * prior && prior > 0 ? 1 / (data + prior) : 0;
  });
}

function rowsOf({ step, change }: Secant, model: number, width: number): Secant {
  const [start, end] = [model * width, (model + 1) * width];
  return { step: step.subarray(start, end), change: change.subarray(start, end) };
}
