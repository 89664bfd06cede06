import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { MISSING } from '../correctness/label-storage.js';
import { assertObserved } from './predictions.js';
import { fitTwoWay } from './two-way-fit.js';
import { meanVariances } from './two-way-variance.js';

/** Two-sided 95% quantile of the standard normal distribution. */
const Z = 1.959964;

/** A model's accuracy over the questions of all models. */
export interface AccuracyEstimate {
  /** From 0 to 1; the plain share of correct answers where the model was asked everything. */
  readonly accuracy: number;
  /** Bounds of a 95% interval for questions like these. */
  readonly lower: number;
  readonly upper: number;
  /** How many of the questions the model was asked, ≥ 1. */
  readonly labels: number;
}

/**
 * Each model's accuracy over the same questions, all that have a label: those that it was asked
 * count as they were answered, the others are filled in by `fitTwoWay`. Plain shares of correct
 * answers cannot be ranked where models were asked other questions: who was asked only the easy
 * ones comes out on top.
 *
 * Intervals are Wilson's, with as many questions as the estimate is worth: the labels, the doubt
 * about what was filled in and the choice of the questions count. The fit supposes that one ability
 * explains the answers; a model that was never asked a kind of questions may do otherwise there.
 *
 * @returns length M; `undefined` for a model without labels.
 * @throws EmbedLLMError `invalid-data` when no label is observed.
 *
 * @example
 * const estimates = estimateAccuracies(correctness);
 * console.log(correctness.models[0], estimates[0]?.accuracy, estimates[0]?.lower);
 */
export function estimateAccuracies(truth: CorrectnessMatrix): (AccuracyEstimate | undefined)[] {
  assertObserved(truth);
  const { modelCount: M } = truth;
  const labels = new Float64Array(M);
  const correct = new Float64Array(M);
  truth.forEachLabel((_, model, label) => {
    labels[model] = labels[model]! + 1;
    correct[model] = correct[model]! + label;
  });
  const questions = truth.questions.flatMap((_, question) =>
    truth.row(question).every((label) => label === MISSING) ? [] : [question],
  );
  const Q = questions.length;
  if (labels.every((count) => count === 0 || count === Q)) {
    return Array.from(labels, (count, model) =>
      count === 0 ? undefined : wilson(correct[model]! / Q, Q, count),
    );
  }
  const fit = fitTwoWay(truth);
  const variances = meanVariances(truth, fit, questions);
  const filled = new Float64Array(M);
  const fitted = new Float64Array(M);
  for (const question of questions) {
    const row = truth.row(question);
    for (let model = 0; model < M; model++) {
      const p = fit.probability(question, model);
      fitted[model] = fitted[model]! + p / Q;
      const label = row[model]!;
      filled[model] = filled[model]! + (label === MISSING ? p : label) / Q;
    }
  }
  return Array.from(labels, (count, model) => {
    if (count === 0) return undefined;
    // Fitted probabilities are never 0 or 1, so that the variance of a share is not 0.
    const mean = fitted[model]!;
    const worth = (mean * (1 - mean)) / variances[model]!;
    return wilson(filled[model]!, worth, count);
  });
}

/** Wilson's score interval of a share (1927) of `worth` questions, which need not be an integer. */
function wilson(share: number, worth: number, labels: number): AccuracyEstimate {
  const accuracy = Math.min(1, Math.max(0, share));
  const scale = 1 + Z ** 2 / worth;
  const centre = (accuracy + Z ** 2 / (2 * worth)) / scale;
  const half =
    (Z / scale) * Math.sqrt((accuracy * (1 - accuracy)) / worth + Z ** 2 / (4 * worth ** 2));
  return {
    accuracy,
    lower: Math.max(0, Math.min(accuracy, centre - half)),
    upper: Math.min(1, Math.max(accuracy, centre + half)),
    labels,
  };
}
