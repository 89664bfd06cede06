import type { PredictionMetrics } from '@embedllm/core';
import type { RoutingBaselines } from '../../routing/measure-routing.js';
import type { MeasuredFlips } from './measure-flips.js';
import type { MetricCheck } from './metric-check.js';
import type { RoutingCosts } from './routing-costs.js';

/** What an evaluation found; plain JSON. */
export interface EvaluationSummary {
  readonly artifact: string;
  readonly data: string;
  readonly split: string;
  readonly questions: number;
  readonly metrics: PredictionMetrics;
  /** What routing is compared with, on the same questions. */
  readonly routing: RoutingBaselines;
  /** Where prices and answer lengths are known. */
  readonly costs: RoutingCosts | undefined;
  /** With `--typing-errors`. */
  readonly flips: MeasuredFlips | undefined;
  readonly categories: readonly ({ readonly category: string } & PredictionMetrics)[];
  /**
   * Whether the artifact was trained on the training part of this split. Where it was not, it may
   * have been trained on the measured questions. `unknown` where making the vectors of the training
   * questions costs more than a look at their text.
   */
  readonly trainingData: 'same' | 'differs' | 'unknown';
  /** Models of the artifact that the dataset has no column of; they are not measured. */
  readonly unmeasuredModels: readonly string[];
  readonly checks: readonly MetricCheck[];
}
