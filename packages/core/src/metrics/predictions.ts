import { EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { assertFinite } from '../matrix/assert-finite.js';
import type { Matrix } from '../matrix/matrix.js';

/**
 * Checks scores against the truth that they are measured on.
 *
 * @returns how many labels are observed, at least 1.
 * @throws EmbedLLMError `shape-mismatch` when the shapes differ, `not-finite` when a score is NaN
 * or infinite, `invalid-data` when no label is observed.
 */
export function assertScores(scores: Matrix, truth: CorrectnessMatrix): number {
  assertLabels(truth);
  if (typeof scores?.rows !== 'number') {
    throw new EmbedLLMError('Predictions must be a Matrix. Matrix.fromRows makes one of lists.', {
      code: 'invalid-argument',
    });
  }
  if (scores.rows !== truth.questionCount || scores.cols !== truth.modelCount) {
    throw new EmbedLLMError(
      `The predictions have the shape [${scores.rows}, ${scores.cols}], but the labels cover ${truth.questionCount} questions x ${truth.modelCount} models.`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(scores, 'predictions');
  return assertObserved(truth);
}

/**
 * As `assertScores`, and every prediction must be a probability.
 *
 * @throws EmbedLLMError also `invalid-argument` when a value lies outside [0, 1].
 */
export function assertProbabilities(predictions: Matrix, truth: CorrectnessMatrix): number {
  const observed = assertScores(predictions, truth);
  const { data, cols } = predictions;
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    if (value < 0 || value > 1) {
      throw new EmbedLLMError(
        `The prediction ${value} at row ${Math.floor(index / cols)}, column ${index % cols} is not a probability. Apply sigmoid to logits first.`,
        { code: 'invalid-argument' },
      );
    }
  }
  return observed;
}

/** @throws EmbedLLMError `invalid-data` when no label is observed. */
export function assertObserved(truth: CorrectnessMatrix): number {
  assertLabels(truth);
  const observed = truth.countObserved();
  if (observed === 0) {
    throw new EmbedLLMError(
      `Nothing can be measured: none of the ${truth.questionCount} x ${truth.modelCount} labels is observed.`,
      { code: 'invalid-data' },
    );
  }
  return observed;
}

/** Callers without types may pass lists. @throws EmbedLLMError `invalid-argument`. */
export function assertLabels(truth: CorrectnessMatrix): void {
  if (typeof truth?.countObserved === 'function') return;
  throw new EmbedLLMError(
    'Labels must be a CorrectnessMatrix. correctnessFromRecords makes one of answers.',
    { code: 'invalid-argument' },
  );
}

/** The mean of `loss(prediction, label)` over the observed labels. */
export function meanOverObserved(
  predictions: Matrix,
  truth: CorrectnessMatrix,
  observed: number,
  loss: (prediction: number, label: number) => number,
): number {
  const { data, cols } = predictions;
  let sum = 0;
  truth.forEachLabel((question, model, label) => {
    sum += loss(data[question * cols + model]!, label);
  });
  return sum / observed;
}
