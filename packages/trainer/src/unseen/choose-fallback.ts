import type { CorrectnessMatrix, Matrix } from '@embedllm/core';
import { type AccuracyFallback, weightAt } from '@embedllm/core/familiarity';
import { lossDifference, meanLoss, type QuestionLosses } from '../comparison/question-losses.js';
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

const THRESHOLDS = [0.02, 0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75];
/** Below 0 the text counts for nothing up to a half or a third of the threshold. */
const WEIGHTS = [-1, -0.5, 0, 0.1, 0.25, 0.5];
/**
 * Of what text gains over mean accuracies on validation questions, the share that may be lost. What is
 * lost there is known from few questions, and the least of many trials is too good: one standard
 * error counts on top.
 */
const BUDGET = 0.05;
/** Differences of log loss below this are ties. */
const TIE = 1e-4;

/**
 * Of the fallbacks that cost validation questions at most a twentieth of what text gains there over
 * mean accuracies, the one under which the log loss exceeds that of mean accuracies the least on the
 * category where it exceeds it most: text misleads on some kinds of question, and nobody knows which
 * the next one will be like. On ties it is the safest, of the largest threshold and the least weight.
 *
 * @param leftOut - Categories that training did not have, each with labels.
 * @param validation - Questions like those of training, with labels.
 * @returns `undefined` where no fallback is better than none.
 */
export function chooseFallback(
  leftOut: readonly PredictedQuestions[],
  validation: PredictedQuestions,
): FallbackSettings | undefined {
  const meansOf = (questions: PredictedQuestions) =>
    mixedLogLoss(questions, { below: 1, weight: 0 }, true);
  const plain = leftOut.map(meansOf);
  const excess = (settings: FallbackSettings | undefined): number =>
    Math.max(...leftOut.map((questions, k) => mixedLogLoss(questions, settings) - plain[k]!), 0);
  const text = mixedLosses(validation, undefined);
  const most = BUDGET * Math.max(0, meansOf(validation) - meanLoss(text));
  let best: { settings: FallbackSettings | undefined; excess: number } = {
    settings: undefined,
    excess: excess(undefined),
  };
  for (const below of THRESHOLDS) {
    for (const weight of [...WEIGHTS].reverse()) {
      const settings = { below, weight };
      const cost = lossDifference(text, mixedLosses(validation, settings));
      if (cost.mean + cost.standardError > most) continue;
      const found = excess(settings);
      if (found <= best.excess + TIE) best = { settings, excess: Math.min(found, best.excess) };
    }
  }
  return best.settings;
}

/** Log loss in nats of logits mixed with those of mean accuracies; of the latter alone on demand. */
export function mixedLogLoss(
  questions: PredictedQuestions,
  settings: FallbackSettings | undefined,
  isMeansAlone = false,
): number {
  return meanLoss(mixedLosses(questions, settings, isMeansAlone));
}

function mixedLosses(
  { logits, familiarity, truth, means, unseen }: PredictedQuestions,
  settings: FallbackSettings | undefined,
  isMeansAlone = false,
): QuestionLosses {
  const known = isMeansAlone ? means : unseen;
  const sums = new Float64Array(logits.rows);
  let labels = 0;
  let last = -1;
  let weight = 1;
  truth.forEachLabel((question, model, label) => {
    if (question !== last) {
      weight = isMeansAlone ? 0 : weightAt(familiarity[question]!, settings);
      last = question;
    }
    const without = known[model]!;
    const z = without + weight * (logits.at(question, model) - without);
    const loss = Math.max(z, 0) - label * z + Math.log1p(Math.exp(-Math.abs(z)));
    sums[question] = sums[question]! + loss;
    labels++;
  });
  return { sums, labels };
}
