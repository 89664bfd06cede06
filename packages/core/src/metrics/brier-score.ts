import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertProbabilities, meanOverObserved } from './predictions.js';

/**
 * The Brier score, the mean of (p - label)² over the observed labels (Brier 1950, "Verification
 * of forecasts expressed in terms of probability"); smaller is better.
 *
 * @param predictions - Probabilities of a correct answer, shape [Q, M].
 * @param truth - Labels of the same questions and models.
 * @returns from 0 to 1; always predicting 0.5 gives 0.25.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a prediction is,
 * `invalid-argument` when one is outside [0, 1], `invalid-data` when no label is observed.
 */
export function brierScore(predictions: Matrix, truth: CorrectnessMatrix): number {
  const observed = assertProbabilities(predictions, truth);
  return meanOverObserved(predictions, truth, observed, (p, label) => (p - label) ** 2);
}
