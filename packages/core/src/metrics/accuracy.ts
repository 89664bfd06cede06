import { checkNumber } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertScores, meanOverObserved } from './predictions.js';

/**
 * The share of observed labels that are predicted rightly, where a score of at least `threshold`
 * predicts a correct answer.
 *
 * @param predictions - Shape [Q, M]; probabilities, or any score with a threshold that fits it.
 * @param truth - Labels of the same questions and models.
 * @param threshold - Smallest score that predicts "correct"; 0.5 when left out, 0 for logits.
 * @returns from 0 to 1.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a prediction is,
 * `invalid-argument` when the threshold is, `invalid-data` when no label is observed.
 */
export function accuracy(predictions: Matrix, truth: CorrectnessMatrix, threshold = 0.5): number {
  checkNumber('The threshold', threshold);
  const observed = assertScores(predictions, truth);
  return meanOverObserved(predictions, truth, observed, (p, label) =>
    p >= threshold === (label === 1) ? 1 : 0,
  );
}
