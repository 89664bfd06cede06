import type { Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { dot } from '../scoring/dot.js';
import { type Gaussian, times } from './gaussian.js';

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
}

/**
 * The questions that tell most about a model, most telling first: greedy optimal design for
 * logistic regression at the present mean (Chaloner and Verdinelli 1995). C d² FLOPs a question.
 *
 * @param belief - What is known of the model's embedding.
 * @param features - φ of the candidates, shape [C, d].
 * @returns indices of candidates, all different.
 */
export function optimalQuestions(
  belief: Gaussian,
  features: Matrix,
  offset: number,
  count: number,
  criterion: 'predictions' | 'volume',
): number[] {
  const { rows: C, cols: d } = features;
  checkInteger('The number of questions', count, { min: 0, max: C });
  // Information of one answer, p (1 - p), at the present mean.
  const weights = Array.from({ length: C }, (_, index) => {
    const p = 1 / (1 + Math.exp(-(offset + dot(belief.mean, features.row(index)))));
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
  while (chosen.length < count) {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const index of left) {
      const direction = times(covariance, features.row(index));
      const weight = weights[index]!;
      const variance = weight * dot(direction, features.row(index));
      const gain =
        criterion === 'volume'
          ? variance
          : (weight * dot(direction, times(moment, direction))) / (1 + variance);
      if (gain > bestGain) {
        best = index;
        bestGain = gain;
      }
    }
    chosen.push(best);
    left.delete(best);
    const direction = times(covariance, features.row(best));
    const weight = weights[best]!;
    const scale = weight / (1 + weight * dot(direction, features.row(best)));
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        covariance[i * d + j] = covariance[i * d + j]! - scale * direction[i]! * direction[j]!;
      }
    }
  }
  return chosen;
}
