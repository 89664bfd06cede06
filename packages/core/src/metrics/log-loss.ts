import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertProbabilities, meanOverObserved } from './predictions.js';

/**
 * Probabilities closer than this to 0 or 1 are taken as this far away. A 32-bit float below 1 is
 * at least 6e-8 below it, so that 1e-7 is about the finest distance that predictions can express;
 * one wrong certain prediction then costs 16.1.
 */
const EPSILON = 1e-7;

/**
 * The logarithmic loss (cross-entropy) in nats: the mean over the observed labels of -ln p for
 * correct and -ln(1 - p) for incorrect answers; smaller is better. Probabilities are clamped to
 * [1e-7, 1 - 1e-7], so that the loss is finite.
 *
 * @param predictions - Probabilities of a correct answer, shape [Q, M].
 * @param truth - Labels of the same questions and models.
 * @returns at least 0; always predicting 0.5 gives ln 2 = 0.693.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a prediction is,
 * `invalid-argument` when one is outside [0, 1], `invalid-data` when no label is observed.
 */
export function logLoss(predictions: Matrix, truth: CorrectnessMatrix): number {
  const observed = assertProbabilities(predictions, truth);
  return meanOverObserved(predictions, truth, observed, (p, label) => {
    const ofLabel = label === 1 ? p : 1 - p;
    return -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, ofLabel)));
  });
}
