import { checkInteger } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import type { Matrix } from '../matrix/matrix.js';
import { assertProbabilities } from './predictions.js';

/** Options of `expectedCalibrationError`. */
export interface ExpectedCalibrationErrorOptions {
  /**
   * Number of bins of equal width over [0, 1], an integer ≥ 1.
   *
   * @default 15
   */
  readonly bins?: number | undefined;
}

/**
 * The expected calibration error: with the predictions sorted into bins of equal width, the
 * mean over labels of |mean prediction - share of correct answers| of their bin (Naeini et al.,
 * AAAI 2015; Guo et al., ICML 2017, use 15 bins too). Smaller is better, but a constant prediction
 * of the base rate already reaches 0: read it next to the Brier score.
 *
 * What is binned is the probability of a correct answer, from 0 to 1, and not the confidence in
 * the likelier of two classes. A bin takes in its lower edge; the last one takes in 1 too.
 *
 * @param predictions - Probabilities of a correct answer, shape [Q, M].
 * @param truth - Labels of the same questions and models.
 * @returns from 0 to 1.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `not-finite` when a prediction is,
 * `invalid-argument` when one is outside [0, 1] or `bins` is out of range, `invalid-data` when no
 * label is observed.
 */
export function expectedCalibrationError(
  predictions: Matrix,
  truth: CorrectnessMatrix,
  options: ExpectedCalibrationErrorOptions = {},
): number {
  const { bins = 15 } = options;
  checkInteger('The number of bins', bins, { min: 1 });
  const observed = assertProbabilities(predictions, truth);
  const { data, cols } = predictions;
  // The gap of a bin times its count is |sum of predictions - sum of labels|: one sum suffices.
  const gaps = new Float64Array(bins);
  truth.forEachLabel((question, model, label) => {
    const prediction = data[question * cols + model]!;
    const bin = Math.min(bins - 1, Math.floor(prediction * bins));
    gaps[bin] = gaps[bin]! + (prediction - label);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / observed;
}
