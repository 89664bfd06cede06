import type { CorrectnessMatrix, Matrix } from '@embedllm/core';

/** Log losses in nats, summed by question. */
export interface QuestionLosses {
  /** Length Q. */
  readonly sums: Float64Array;
  /** Labels of all questions. */
  readonly labels: number;
}

/** The least probability that a label is taken to have: float32 rounds those near 0 and 1. */
const LEAST = 1e-7;

/** Log losses of probabilities, shape [Q, M]. */
export function questionLosses(probabilities: Matrix, truth: CorrectnessMatrix): QuestionLosses {
  const sums = new Float64Array(truth.questionCount);
  let labels = 0;
  truth.forEachLabel((question, model, label) => {
    const p = probabilities.at(question, model);
    sums[question] = sums[question]! - Math.log(Math.max(LEAST, label === 1 ? p : 1 - p));
    labels++;
  });
  return { sums, labels };
}

/** Mean log loss a label, in nats. */
export function meanLoss({ sums, labels }: QuestionLosses): number {
  return sums.reduce((sum, loss) => sum + loss, 0) / labels;
}

/**
 * Mean log loss of `after` less that of `before`, on the same questions and labels, with its standard
 * error over questions.
 */
export function lossDifference(
  before: QuestionLosses,
  after: QuestionLosses,
): { mean: number; standardError: number } {
  const Q = before.sums.length;
  const mean = meanLoss(after) - meanLoss(before);
  const share = (mean * before.labels) / Q;
  const square = before.sums.reduce(
    (sum, loss, question) => sum + (after.sums[question]! - loss - share) ** 2,
    0,
  );
  return { mean, standardError: Math.sqrt(square) / before.labels };
}
