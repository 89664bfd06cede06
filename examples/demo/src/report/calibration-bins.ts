import { type CorrectnessMatrix, type Matrix, MISSING } from '@embedllm/core';
import type { CalibrationBin } from './plots.js';

const BINS = 10;

/** Observed labels in bins of equal width by predicted probability; empty bins are left out. */
export function calibrationBins(predictions: Matrix, truth: CorrectnessMatrix): CalibrationBin[] {
  const sums = Array.from({ length: BINS }, () => ({ predicted: 0, observed: 0, labels: 0 }));
  truth.labels.forEach((label, index) => {
    if (label === MISSING) return;
    const predicted = predictions.data[index] as number;
    const bin = sums[Math.min(BINS - 1, Math.floor(predicted * BINS))]!;
    bin.predicted += predicted;
    bin.observed += label;
    bin.labels++;
  });
  return sums
    .filter(({ labels }) => labels > 0)
    .map(({ predicted, observed, labels }) => ({
      predicted: predicted / labels,
      observed: observed / labels,
      labels,
    }));
}
