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
  /** 1 / N² of each benchmark, 0 of those that are not to be learned. */
  readonly #known: Float64Array;
  /** See `#updateLessons`. */
  readonly #lessons: Float64Array;

  constructor(options: InformationStateOptions) {
    const { items, posterior, benchmarkOf, answered, targets, totals } = options;
    const { width: k } = posterior;
    const Q = items.count;
    this.#k = k;
    this.#targets = targets;
    this.#totals = totals;
    this.#benchmarkOf = benchmarkOf;
    this.#known = new Float64Array(totals.length);
    for (const target of targets) this.#known[target] = 1 / totals[target]! ** 2;
    this.#lessons = new Float64Array(k * k);
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
    this.#updateLessons();
  }

  /** Expected reduction of the summed variances by an answer to question q; O(k²). */
  gain(q: number): number {
    const k = this.#k;
    const weight = this.#weights[q]!;
    const start = q * k;
    let own = 0;
    let learned = 0;
    for (let i = 0, cell = 0; i < k; i++) {
      let direction = 0;
      let lesson = 0;
      for (let j = 0; j < k; j++, cell++) {
        const slope = this.#slopes[start + j]!;
        direction += this.#covariance[cell]! * slope;
        lesson += this.#lessons[cell]! * slope;
      }
      own += direction * this.#slopes[start + i]!;
      learned += lesson * this.#slopes[start + i]!;
    }
    return (learned * weight) / (1 + weight * own) + weight * this.#known[this.#benchmarkOf[q]!]!;
  }

  /** Takes an answer to question q as given, whatever it will be. */
  ask(q: number): void {
    const k = this.#k;
    const weight = this.#weights[q]!;
    const direction = this.#project(this.#slopes, q * k);
    let own = 0;
    for (let i = 0; i < k; i++) own += direction[i]! * this.#slopes[q * k + i]!;
    const scale = weight / (1 + weight * own);
    for (let i = 0, cell = 0; i < k; i++) {
      for (let j = 0; j < k; j++, cell++) {
        this.#covariance[cell] = this.#covariance[cell]! - scale * direction[i]! * direction[j]!;
      }
    }
    this.#addToGradients(q, -1);
    this.#updateLessons();
  }

  /** S (sum of g g' over the targets) S: what all accuracies have in common with each direction. */
  #updateLessons(): void {
    const k = this.#k;
    this.#lessons.fill(0);
    for (let t = 0; t < this.#targets.length; t++) {
      const projected = this.#project(this.#gradients, t * k);
      for (let i = 0, cell = 0; i < k; i++) {
        for (let j = 0; j < k; j++, cell++) {
          this.#lessons[cell] = this.#lessons[cell]! + projected[i]! * projected[j]!;
        }
      }
    }
  }

  /** S times the vector that starts there. */
  #project(vectors: Float64Array, start: number): Float64Array {
    const k = this.#k;
    const projected = new Float64Array(k);
    for (let i = 0, cell = 0; i < k; i++) {
      for (let j = 0; j < k; j++, cell++) {
        projected[i] = projected[i]! + this.#covariance[cell]! * vectors[start + j]!;
      }
    }
    return projected;
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
