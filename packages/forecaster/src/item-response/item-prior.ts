import { cholesky, choleskySolve } from '@embedllm/core/linear-algebra';
import type { TextFeatures } from './text-features.js';

/** Questions' worth of weight with which a benchmark's mean is drawn to the mean of all. */
const SHRINKAGE_QUESTIONS = 5;
/** Weight, in questions, and size of the prior of the scatter S; keeps S positive definite. */
const SCATTER_QUESTIONS = 10;
const SCATTER_SIZE = 0.25;

/**
 * What is expected of a question before anybody answered it: its parameters are normal around
 * `mean of the benchmark + Wᵀ x_q` with one scatter S for all questions, x_q its text features.
 * All of it is estimated from the pool (empirical Bayes, by expectation maximisation), so that a
 * question with many answers is known by them, one without any by its text, and one with few by
 * both, each weighed by its precision.
 */
export class ItemPrior {
  /** Row-major [benchmarks, k + 1]. */
  readonly benchmarkMeans: Float64Array;
  /** W, row-major [F, k + 1]. */
  readonly weights: Float64Array;
  /** S, row-major [k + 1, k + 1]. */
  scatter: Float64Array;
  /** The inverse of S. */
  precision: Float64Array;
  /** Prior variance of the entries of each column of W. */
  readonly #weightVariances: Float64Array;
  readonly #features: TextFeatures;
  readonly #benchmarkOf: Int32Array;
  readonly #width: number;

  constructor(options: {
    readonly width: number;
    readonly benchmarks: number;
    readonly benchmarkOf: Int32Array;
    readonly features: TextFeatures;
  }) {
    const { width, benchmarks, benchmarkOf, features } = options;
    this.#width = width;
    this.#benchmarkOf = benchmarkOf;
    this.#features = features;
    this.benchmarkMeans = new Float64Array(benchmarks * width);
    this.weights = new Float64Array(features.count * width);
    this.#weightVariances = new Float64Array(width).fill(1);
    this.scatter = identity(width);
    this.precision = identity(width);
  }

  /** Writes the expected parameters of question q of the pool. */
  meanOf(q: number, mean: Float64Array): void {
    const width = this.#width;
    const { count: F, values } = this.#features;
    const start = this.#benchmarkOf[q]! * width;
    for (let i = 0; i < width; i++) mean[i] = this.benchmarkMeans[start + i]!;
    for (let j = 0, w = 0; j < F; j++) {
      const x = values[q * F + j]!;
      for (let i = 0; i < width; i++, w++) {
        mean[i] = mean[i]! + x * this.weights[w]!;
      }
    }
  }

  /** Estimates the prior from the parameters of the questions that have answers. */
  update(items: Float64Array, covariances: Float64Array, answered: Int32Array): void {
    this.#updateMeans(items, answered);
    this.#updateWeights(items, answered);
    this.#updateScatter(items, covariances, answered);
  }

  #updateMeans(items: Float64Array, answered: Int32Array): void {
    const width = this.#width;
    const benchmarks = this.benchmarkMeans.length / width;
    const counts = new Float64Array(benchmarks);
    const overall = new Float64Array(width);
    this.benchmarkMeans.fill(0);
    for (let index = 0; index < answered.length; index++) {
      const q = answered[index]!;
      const benchmark = this.#benchmarkOf[q]!;
      counts[benchmark] = counts[benchmark]! + 1;
      for (let i = 0; i < width; i++) {
        const value = items[q * width + i]!;
        overall[i] = overall[i]! + value / answered.length;
        const cell = benchmark * width + i;
        this.benchmarkMeans[cell] = this.benchmarkMeans[cell]! + value;
      }
    }
    for (let benchmark = 0; benchmark < benchmarks; benchmark++) {
      const weight = counts[benchmark]! + SHRINKAGE_QUESTIONS;
      for (let i = 0; i < width; i++) {
        const cell = benchmark * width + i;
        const sum = this.benchmarkMeans[cell]!;
        this.benchmarkMeans[cell] = (sum + SHRINKAGE_QUESTIONS * overall[i]!) / weight;
      }
    }
  }

  /** Ridge regression of the parameters on the features, the ridge by empirical Bayes. */
  #updateWeights(items: Float64Array, answered: Int32Array): void {
    const width = this.#width;
    const { count: F, values, energies } = this.#features;
    if (F === 0) return;
    const products = new Float64Array(F * width);
    for (let index = 0; index < answered.length; index++) {
      const q = answered[index]!;
      const mean = this.#benchmarkOf[q]! * width;
      for (let j = 0, w = 0; j < F; j++) {
        const x = values[q * F + j]!;
        for (let i = 0; i < width; i++, w++) {
          const deviation = items[q * width + i]! - this.benchmarkMeans[mean + i]!;
          products[w] = products[w]! + x * deviation;
        }
      }
    }
    // Exact where every question has answers; a share of the energy otherwise.
    const share = answered.length / this.#benchmarkOf.length;
    for (let i = 0; i < width; i++) {
      const noise = this.scatter[i * width + i]!;
      const ridge = noise / this.#weightVariances[i]!;
      let spread = 0;
      for (let j = 0; j < F; j++) {
        const curvature = share * energies[j]! + ridge;
        const weight = products[j * width + i]! / curvature;
        this.weights[j * width + i] = weight;
        spread += weight * weight + noise / curvature;
      }
      this.#weightVariances[i] = spread / F;
    }
  }

  #updateScatter(items: Float64Array, covariances: Float64Array, answered: Int32Array): void {
    const width = this.#width;
    const mean = new Float64Array(width);
    const scatter = identity(width).map((value) => value * SCATTER_QUESTIONS * SCATTER_SIZE);
    for (let index = 0; index < answered.length; index++) {
      const q = answered[index]!;
      this.meanOf(q, mean);
      for (let i = 0; i < width; i++) {
        const deviation = items[q * width + i]! - mean[i]!;
        for (let j = 0; j < width; j++) {
          const other = items[q * width + j]! - mean[j]!;
          const cell = i * width + j;
          scatter[cell] =
            scatter[cell]! + deviation * other + covariances[q * width * width + cell]!;
        }
      }
    }
    const weight = answered.length + SCATTER_QUESTIONS;
    this.scatter = scatter.map((value) => value / weight);
    this.precision = inverse(this.scatter, width);
  }
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

/** The inverse of a symmetric positive definite matrix. */
export function inverse(matrix: Float64Array, size: number): Float64Array {
  const lower = cholesky(matrix, size);
  const result = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    const column = choleskySolve(lower, unit);
    for (let i = 0; i < size; i++) result[i * size + j] = column[i]!;
  }
  return result;
}
