import { Random } from '@embedllm/core';
import { bootstrapMean, type Interval } from './bootstrap.js';

/** Figures that are compared; lower is better for the Brier score, log loss and ECE. */
export type ComparedMetric =
  | 'accuracy'
  | 'auroc'
  | 'brierScore'
  | 'logLoss'
  | 'expectedCalibrationError'
  | 'routingAccuracy';

/** All of them. */
export const COMPARED_METRICS: readonly ComparedMetric[] = [
  'accuracy',
  'auroc',
  'brierScore',
  'logLoss',
  'expectedCalibrationError',
  'routingAccuracy',
];

/** The value of each metric for each seed. */
export type MetricValues = Record<ComparedMetric, number[]>;

/** No value yet. */
export function emptyValues(): MetricValues {
  return {
    accuracy: [],
    auroc: [],
    brierScore: [],
    logLoss: [],
    expectedCalibrationError: [],
    routingAccuracy: [],
  };
}

/** Means over the seeds, with intervals. */
export function intervalsOf(
  values: MetricValues,
  resamples: number,
): Record<ComparedMetric, Interval> {
  const of = (metric: ComparedMetric): Interval =>
    bootstrapMean(values[metric], resamples, new Random(0));
  return {
    accuracy: of('accuracy'),
    auroc: of('auroc'),
    brierScore: of('brierScore'),
    logLoss: of('logLoss'),
    expectedCalibrationError: of('expectedCalibrationError'),
    routingAccuracy: of('routingAccuracy'),
  };
}

/** Values less those of another, seed by seed. */
export function subtractValues(values: MetricValues, other: MetricValues): MetricValues {
  const result = emptyValues();
  for (const metric of COMPARED_METRICS) {
    result[metric] = values[metric].map((value, seed) => value - other[metric][seed]!);
  }
  return result;
}
