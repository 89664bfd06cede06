import { type CorrectnessMatrix, type Matrix, MISSING } from '@embedllm/core';
import type { Reliability } from '../content/calibration-content.js';

/** 97.5% quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Observed labels in bins of equal width by predicted probability (Murphy and Winkler 1977), with
 * Wilson's interval of the share of correct answers (1927).
 *
 * @param options.models - Columns that count. @default all
 * @param options.bins - @default 10
 */
export function reliability(
  predictions: Matrix,
  truth: CorrectnessMatrix,
  options: {
    readonly name: string;
    readonly models?: readonly number[] | undefined;
    readonly bins?: number | undefined;
  },
): Reliability {
  const { name, bins: count = 10 } = options;
  const models = options.models ?? truth.models.map((_, index) => index);
  const sums = Array.from({ length: count }, () => ({
    predicted: 0,
    correct: 0,
    labels: 0,
    variance: 0,
  }));
  for (let question = 0; question < truth.questionCount; question++) {
    const labels = truth.row(question);
    const row = predictions.row(question);
    for (const model of models) {
      const label = labels[model]!;
      if (label === MISSING) continue;
      const predicted = row[model]!;
      const bin = sums[Math.min(count - 1, Math.floor(predicted * count))];
      if (!bin) continue;
      bin.predicted += predicted;
      bin.correct += label;
      bin.variance += predicted * (1 - predicted);
      bin.labels++;
    }
  }
  const filled = sums.filter(({ labels }) => labels > 0);
  const total = filled.reduce((sum, { labels }) => sum + labels, 0);
  const share = (value: number): number => value / Math.max(1, total);
  return {
    name,
    labels: total,
    calibrationError: share(
      filled.reduce((sum, { predicted, correct }) => sum + Math.abs(predicted - correct), 0),
    ),
    // The mean of |X| for X normal with this variance is sqrt(2 variance / pi).
    errorByChance: share(
      filled.reduce((sum, { variance }) => sum + Math.sqrt((2 * variance) / Math.PI), 0),
    ),
    bins: filled.map(({ predicted, correct, labels }) => ({
      predicted: predicted / labels,
      observed: correct / labels,
      ...wilsonInterval(correct, labels),
      labels,
    })),
  };
}

/** Wilson's score interval of a share, 95%. */
export function wilsonInterval(correct: number, labels: number): { lower: number; upper: number } {
  const share = correct / labels;
  const centre = (share + (Z * Z) / (2 * labels)) / (1 + (Z * Z) / labels);
  const half =
    (Z / (1 + (Z * Z) / labels)) *
    Math.sqrt((share * (1 - share)) / labels + (Z * Z) / (4 * labels * labels));
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
