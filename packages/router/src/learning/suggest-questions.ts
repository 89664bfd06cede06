import type { Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { dot } from '../scoring/dot.js';
import { type Gaussian, times } from './gaussian.js';
import type { QuestionEffect } from './question-effects.js';

/** Options of `suggestQuestions`. */
export interface SuggestQuestionsOptions {
  /** Embeddings of the questions to choose from, shape [C, D]. */
  readonly candidates: Matrix;
  /** A model of the pool to learn more about. @default a model that is yet to be added */
  readonly model?: string | undefined;
  /**
   * `predictions` (A-optimal) asks what lowers the mean variance of the candidates' logits most;
   * `volume` (D-optimal) what shrinks the volume of the embedding's posterior most.
   *
   * @default 'predictions'
   */
  readonly criterion?: 'predictions' | 'volume' | undefined;
  /** What is known of each candidate beyond its text, as `fitQuestionEffects` finds it, length C. */
  readonly effects?: readonly QuestionEffect[] | undefined;
  /**
   * The category of each candidate, length C: each then gets no more than its share of the questions,
   * rounded up.
   */
  readonly categories?: readonly string[] | undefined;
  /** What asking each costs, in any unit, above 0, length C: what it reveals is divided by it. */
  readonly costs?: ArrayLike<number> | undefined;
}

/** Options of `optimalQuestions`, whose offsets and scales stand for effects. */
export interface OptimalQuestionsOptions {
  readonly count: number;
  readonly criterion: 'predictions' | 'volume';
  /** c of each candidate's logit, length C. */
  readonly offsets: ArrayLike<number>;
  /** φ of the candidates as asked, shape [C, d], where it differs from `features`. */
  readonly asked?: Matrix | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly costs?: ArrayLike<number> | undefined;
}

/**
 * The questions that say most about a model, most telling first: greedy optimal design for
 * logistic regression at the present mean (Chaloner and Verdinelli 1995). C d² FLOPs a question.
 *
 * @param belief - What is known of the model's embedding.
 * @param features - φ of the candidates, shape [C, d], whose predictions count.
 * @returns indices of candidates, all different.
 */
export function optimalQuestions(
  belief: Gaussian,
  features: Matrix,
  options: OptimalQuestionsOptions,
): number[] {
  const { count, criterion, offsets, asked = features, categories, costs } = options;
  const { rows: C, cols: d } = features;
  checkInteger('The number of questions', count, { min: 0, max: C });
  // Information of one answer, p (1 - p), at the present mean.
  const weights = Array.from({ length: C }, (_, index) => {
    const p = 1 / (1 + Math.exp(-(offsets[index]! + dot(belief.mean, asked.row(index)))));
    return p * (1 - p);
  });
  // V = Σ φ φᵀ / C, so that tr(Σ V) is the mean variance of the candidates' logits.
  const moment = new Float64Array(d * d);
  for (let index = 0; criterion === 'predictions' && index < C; index++) {
    const row = features.row(index);
    for (let i = 0; i < d; i++) {
      const value = row[i]! / C;
      for (let j = 0; j < d; j++) {
        moment[i * d + j] = moment[i * d + j]! + value * row[j]!;
      }
    }
  }
  const covariance = belief.covariance.slice();
  const chosen: number[] = [];
  const left = new Set(weights.keys());
  const quota = categories && new Quota(categories, count);
  while (chosen.length < count) {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const index of left) {
      if (quota?.isFull(index)) continue;
      const direction = times(covariance, asked.row(index));
      const weight = weights[index]!;
      const variance = weight * dot(direction, asked.row(index));
      const information =
        criterion === 'volume'
          ? Math.log1p(variance)
          : (weight * dot(direction, times(moment, direction))) / (1 + variance);
      const gain = information / (costs?.[index] ?? 1);
      if (gain > bestGain) {
        best = index;
        bestGain = gain;
      }
    }
    chosen.push(best);
    left.delete(best);
    quota?.take(best);
    const direction = times(covariance, asked.row(best));
    const weight = weights[best]!;
    const scale = weight / (1 + weight * dot(direction, asked.row(best)));
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        covariance[i * d + j] = covariance[i * d + j]! - scale * direction[i]! * direction[j]!;
      }
    }
  }
  return chosen;
}

/** How many questions of each category may still be chosen. */
class Quota {
  readonly #categories: readonly string[];
  readonly #left = new Map<string, number>();

  constructor(categories: readonly string[], count: number) {
    this.#categories = categories;
    const sizes = new Map<string, number>();
    for (const category of categories) sizes.set(category, (sizes.get(category) ?? 0) + 1);
    // Rounded up, so that the shares sum to `count` at least.
    for (const [category, size] of sizes) {
      this.#left.set(category, Math.ceil((count * size) / categories.length));
    }
  }

  isFull(index: number): boolean {
    return this.#left.get(this.#categories[index]!) === 0;
  }

  take(index: number): void {
    const category = this.#categories[index]!;
    this.#left.set(category, this.#left.get(category)! - 1);
  }
}
