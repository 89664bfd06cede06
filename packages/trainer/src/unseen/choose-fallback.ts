import type { CorrectnessMatrix, Matrix } from '@embedllm/core';
import { type AccuracyFallback, weightAt } from '@embedllm/core/familiarity';
import type { KnownAccuracies } from './known-accuracies.js';

/** Predictions of some questions, and what there is to compare and mix them with. */
export interface PredictedQuestions extends KnownAccuracies {
  /** From text, shape [Q, M]. */
  readonly logits: Matrix;
  /** Length Q, from 0 to 1. */
  readonly familiarity: ArrayLike<number>;
  readonly truth: CorrectnessMatrix;
}

/** How far predictions fall back on mean accuracies. */
export type FallbackSettings = Pick<AccuracyFallback, 'below' | 'weight'>;

/** Of ten questions like those of training one at most is less familiar than the largest. */
const THRESHOLDS = [0.02, 0.05, 0.075, 0.1];
/** The text counts for nothing below a third of the threshold. */
const WEIGHT = -0.5;
/** Of what text gains over mean accuracies on validation questions, the share that may be lost. */
const BUDGET = 0.1;
/** Differences of log loss below this are ties. */
const TIE = 1e-4;

/**
 * The largest threshold that costs validation questions at most a tenth of what text gains there over
 * mean accuracies: text misleads on some kinds of question, and nobody knows which the next one will be
 * like. A threshold chosen closer to what validation affords would follow its noise, and one chosen by
 * how far text misleads on categories left out would rest on the two or three that are left in, which
 * say less of what is familiar than all do; these are asked whether the fallback does harm.
 *
 * @param leftOut - Categories that training did not have, each with labels.
 * @param validation - Questions like those of training, with labels.
 * @returns `undefined` where validation affords none, or the category that is worst off next to mean
 * accuracies is worse off with it.
 */
export function chooseFallback(
  leftOut: readonly PredictedQuestions[],
  validation: PredictedQuestions,
): FallbackSettings | undefined {
  const text = mixedLogLoss(validation, undefined);
  const most = BUDGET * Math.max(0, mixedLogLoss(validation, undefined, true) - text);
  const settings = THRESHOLDS.map((below) => ({ below, weight: WEIGHT })).findLast(
    (tried) => mixedLogLoss(validation, tried) - text <= most,
  );
  const excess = (of: FallbackSettings | undefined): number =>
    Math.max(
      ...leftOut.map((left) => mixedLogLoss(left, of) - mixedLogLoss(left, undefined, true)),
      0,
    );
  return settings && excess(settings) <= excess(undefined) + TIE ? settings : undefined;
}

/** Log loss in nats of logits mixed with those of mean accuracies; of the latter alone on demand. */
export function mixedLogLoss(
  { logits, familiarity, truth, means, unseen }: PredictedQuestions,
  settings: FallbackSettings | undefined,
  isMeansAlone = false,
): number {
  const known = isMeansAlone ? means : unseen;
  let [sum, labels, last, weight] = [0, 0, -1, 1];
  truth.forEachLabel((question, model, label) => {
    if (question !== last) {
      weight = isMeansAlone ? 0 : weightAt(familiarity[question]!, settings);
      last = question;
    }
    const without = known[model]!;
    const z = without + weight * (logits.at(question, model) - without);
    sum += Math.max(z, 0) - label * z + Math.log1p(Math.exp(-Math.abs(z)));
    labels++;
  });
  return sum / labels;
}
