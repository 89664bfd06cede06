import type { ItemParameters } from './item-parameters.js';

/**
 * Logits by which a standard deviation of the level raises every answer. What a pool's models get
 * right says little about how much better stronger ones are at questions that none of them, or all of
 * them, answered: the level is what remains of a model's accuracy beyond its abilities.
 */
const LEVEL_SLOPE = 0.5;

/**
 * Logits of right answers to some questions. The uncertainty of a question's parameters flattens its
 * curve: E sigmoid(z) is near sigmoid(kappa E z) with kappa = 1 / sqrt(1 + pi Var(z) / 8) (MacKay
 * 1992, The evidence framework applied to classification networks), the more the further the
 * abilities are from those of the pool.
 */
export class ResponseCurves {
  readonly #means: Float64Array;
  /** pi / 8 times the covariances, lower triangles with all but the diagonal doubled. */
  readonly #variances: Float64Array;
  readonly #width: number;
  /** 1 and the abilities, and the products of all pairs of these. */
  readonly #point: Float64Array;
  readonly #products: Float64Array;
  #level = 0;

  constructor(items: ItemParameters, questions: Int32Array) {
    const width = items.dimensions + 1;
    const size = (width * (width + 1)) / 2;
    this.#width = width;
    this.#point = new Float64Array(width).fill(1);
    this.#products = new Float64Array(size);
    this.#means = new Float64Array(questions.length * width);
    this.#variances = new Float64Array(questions.length * size);
    for (let index = 0, cell = 0; index < questions.length; index++) {
      const q = questions[index]!;
      for (let i = 0; i < width; i++) {
        this.#means[index * width + i] = items.means[q * width + i]!;
        for (let j = 0; j <= i; j++, cell++) {
          const covariance = items.covariances[(q * width + i) * width + j]!;
          this.#variances[cell] = (Math.PI / 8) * (i === j ? 1 : 2) * covariance;
        }
      }
    }
  }

  /** Moves to the abilities and the level that start at `offset`. */
  moveTo(coordinates: Float64Array, offset: number): void {
    const point = this.#point;
    const k = this.#width - 1;
    for (let i = 0; i < k; i++) point[i + 1] = coordinates[offset + i]!;
    this.#level = LEVEL_SLOPE * coordinates[offset + k]!;
    for (let i = 0, cell = 0; i <= k; i++) {
      for (let j = 0; j <= i; j++, cell++) this.#products[cell] = point[i]! * point[j]!;
    }
  }

  /** Logit of the question at `index`; 2 k + k² FLOPs and a square root. */
  logit(index: number): number {
    return this.#kappa(index) * this.#expected(index) + this.#level;
  }

  /** By how much an ability or the level raises the logit, k + 1 of them, curvature unchanged. */
  slopes(index: number, into: Float64Array): void {
    const kappa = this.#kappa(index);
    const k = this.#width - 1;
    for (let i = 0; i < k; i++) into[i] = kappa * this.#means[index * this.#width + 1 + i]!;
    into[k] = LEVEL_SLOPE;
  }

  #expected(index: number): number {
    const start = index * this.#width;
    let sum = 0;
    for (let i = 0; i < this.#width; i++) sum += this.#means[start + i]! * this.#point[i]!;
    return sum;
  }

  #kappa(index: number): number {
    const size = this.#products.length;
    const start = index * size;
    let variance = 0;
    for (let i = 0; i < size; i++) variance += this.#variances[start + i]! * this.#products[i]!;
    return 1 / Math.sqrt(1 + Math.max(variance, 0));
  }
}
