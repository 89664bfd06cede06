import type { AbilityPosterior } from './ability-posterior.js';
import type { ItemParameters } from './item-parameters.js';
import { ResponseCurves } from './response-curves.js';
import { invertFactor } from './small-solve.js';

/** What is left to learn of one model. */
export interface InformationStateOptions {
  readonly items: ItemParameters;
  readonly posterior: AbilityPosterior;
  /** Benchmark of each question, length Q. */
  readonly benchmarkOf: Int32Array;
  /** Questions that were answered. */
  readonly answered: ReadonlySet<number>;
  /** The benchmarks whose accuracies are to be learned. */
  readonly targets: readonly number[];
  /** Questions of each benchmark, by index of the benchmark. */
  readonly totals: Int32Array;
}

/**
 * The variance of the accuracies on some benchmarks, and by how much an answer is expected to reduce
 * it. With abilities of covariance S, an accuracy of gradient g has variance g' S g + sum of
 * w_q / N² over unanswered questions, w_q = p (1 - p); an answer to a question of slope b turns S
 * into S - S b b' S w / (1 + w b' S b), the rank-one update of a logistic likelihood's curvature.
 */
export class InformationState {
  /** Abilities and level. */
  readonly #k: number;
  readonly #slopes: Float64Array;
  readonly #weights: Float64Array;
  readonly #covariance: Float64Array;
  /** Row-major [targets, k]. */
  readonly #gradients: Float64Array;
  readonly #targets: readonly number[];
  readonly #totals: Int32Array;
  readonly #benchmarkOf: Int32Array;
  readonly #direction: Float64Array;

  constructor(options: InformationStateOptions) {
    const { items, posterior, benchmarkOf, answered, targets, totals } = options;
    const { width: k } = posterior;
    const Q = items.count;
    this.#k = k;
    this.#targets = targets;
    this.#totals = totals;
    this.#benchmarkOf = benchmarkOf;
    this.#direction = new Float64Array(k);
    const curves = new ResponseCurves(
      items,
      Int32Array.from({ length: Q }, (_, q) => q),
    );
    curves.moveTo(posterior.mean, 0);
    this.#slopes = new Float64Array(Q * k);
    for (let q = 0; q < Q; q++) curves.slopes(q, this.#slopes.subarray(q * k, (q + 1) * k));
    this.#weights = expectedWeights(curves, posterior, Q);
    this.#covariance = new Float64Array(k * k);
    invertFactor(posterior.factor, k, this.#covariance, 0, new Float64Array(k));
    this.#gradients = new Float64Array(targets.length * k);
    for (let q = 0; q < Q; q++) if (!answered.has(q)) this.#addToGradients(q, 1);
  }

  /** Expected reduction of the summed variances by an answer to question q; O(k² + targets k). */
  gain(q: number): number {
    const k = this.#k;
    const weight = this.#weights[q]!;
    const start = q * k;
    const own = this.#direct(start);
    let sum = 0;
    for (let t = 0; t < this.#targets.length; t++) {
      let projection = 0;
      for (let i = 0; i < k; i++) {
        projection += this.#gradients[t * k + i]! * this.#direction[i]!;
      }
      sum += (projection * projection * weight) / (1 + weight * own);
      const benchmark = this.#targets[t]!;
      if (this.#benchmarkOf[q] === benchmark) sum += weight / this.#totals[benchmark]! ** 2;
    }
    return sum;
  }

  /** Takes an answer to question q as given, whatever it will be. */
  ask(q: number): void {
    const k = this.#k;
    const weight = this.#weights[q]!;
    const own = this.#direct(q * k);
    const scale = weight / (1 + weight * own);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        this.#covariance[i * k + j] =
          this.#covariance[i * k + j]! - scale * this.#direction[i]! * this.#direction[j]!;
      }
    }
    this.#addToGradients(q, -1);
  }

  /** Writes S b to the direction and returns b' S b. */
  #direct(start: number): number {
    const k = this.#k;
    let own = 0;
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) {
        sum += this.#covariance[i * k + j]! * this.#slopes[start + j]!;
      }
      this.#direction[i] = sum;
      own += sum * this.#slopes[start + i]!;
    }
    return own;
  }

  #addToGradients(q: number, sign: number): void {
    const k = this.#k;
    const target = this.#targets.indexOf(this.#benchmarkOf[q]!);
    if (target < 0) return;
    const total = this.#totals[this.#targets[target]!]!;
    const scale = (sign * this.#weights[q]!) / total;
    for (let i = 0; i < k; i++) {
      const cell = target * k + i;
      this.#gradients[cell] = this.#gradients[cell]! + scale * this.#slopes[q * k + i]!;
    }
  }
}

/** E p (1 - p) of each of Q questions over the posterior. */
function expectedWeights(
  curves: ResponseCurves,
  { draws, weights, width }: AbilityPosterior,
  Q: number,
): Float64Array {
  const expected = new Float64Array(Q);
  for (let draw = 0; draw < weights.length; draw++) {
    curves.moveTo(draws, draw * width);
    for (let q = 0; q < Q; q++) {
      const p = 1 / (1 + Math.exp(-curves.logit(q)));
      expected[q] = expected[q]! + weights[draw]! * p * (1 - p);
    }
  }
  return expected;
}
