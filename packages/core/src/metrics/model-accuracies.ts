import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { EmbedLLMError } from '../errors.js';
import { assertObserved } from './predictions.js';

/**
 * Each model's share of correct answers among the questions that it has a label for.
 *
 * @returns length M; NaN marks a model without any label, which has no accuracy.
 */
export function modelAccuracies(truth: CorrectnessMatrix): Float64Array {
  const { correct, observed } = countByModel(truth);
  return correct.map((count, model) => count / (observed[model] as number));
}

/** Options of `singleBest`. */
export interface SingleBestOptions {
  /**
   * Models with fewer labels than this are passed over, so that none wins by a handful of lucky
   * answers; an integer ≥ 1.
   *
   * @default 1
   */
  readonly minimumLabels?: number | undefined;
}

/** The model that `singleBest` found. */
export interface SingleBest {
  /** Index of the model. */
  readonly model: number;
  /** Its share of correct answers among the questions that it has a label for. */
  readonly accuracy: number;
}

/**
 * The model with the highest accuracy, the first of them on ties: the best that a router can do
 * without looking at the question. Choose it on training questions to compare with a router.
 *
 * @throws EmbedLLMError `invalid-data` when no model has enough labels, `invalid-argument` when
 * `minimumLabels` is out of range.
 */
export function singleBest(truth: CorrectnessMatrix, options: SingleBestOptions = {}): SingleBest {
  const { minimumLabels = 1 } = options;
  if (!Number.isSafeInteger(minimumLabels) || minimumLabels < 1) {
    throw new EmbedLLMError(
      'invalid-argument',
      `minimumLabels must be an integer of at least 1, but is ${minimumLabels}.`,
    );
  }
  assertObserved(truth);
  const { correct, observed } = countByModel(truth);
  let best: SingleBest | undefined;
  for (let model = 0; model < truth.modelCount; model++) {
    const labels = observed[model] as number;
    if (labels < minimumLabels) continue;
    const accuracy = (correct[model] as number) / labels;
    if (!best || accuracy > best.accuracy) best = { model, accuracy };
  }
  if (!best) {
    throw new EmbedLLMError('invalid-data', `No model has ${minimumLabels} labels or more.`);
  }
  return best;
}

function countByModel(truth: CorrectnessMatrix): {
  correct: Float64Array;
  observed: Float64Array;
} {
  const correct = new Float64Array(truth.modelCount);
  const observed = new Float64Array(truth.modelCount);
  truth.forEachLabel((_, model, label) => {
    observed[model] = (observed[model] as number) + 1;
    correct[model] = (correct[model] as number) + label;
  });
  return { correct, observed };
}
