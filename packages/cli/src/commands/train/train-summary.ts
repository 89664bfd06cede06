import type { Artifact, EncoderRecord, PredictionMetrics, TrainingWarning } from '@embedllm/core';
import type { UnseenStudy } from '@embedllm/trainer';
import type { TrainingBaselines } from './measure-baselines.js';

/** What a training came to; plain JSON. */
export interface TrainSummary {
  readonly output: string;
  readonly solver: string;
  /** Name of the engine or backend that ran. */
  readonly engine: string;
  readonly seconds: number;
  /** What was chosen on validation, or the epoch taken. */
  readonly chosen: Readonly<Record<string, unknown>>;
  readonly encoder: Pick<EncoderRecord, 'id' | 'fingerprint' | 'dimensions'>;
  readonly training: Artifact['training'];
  /** The method, or `none` where `--calibrate auto` found that none helps. */
  readonly calibration: string | undefined;
  /** Figures of the parts that settings were chosen on and measured on. */
  readonly metrics: { readonly validation?: PredictionMetrics; readonly test?: PredictionMetrics };
  /** How many questions each part has. */
  readonly questions: { readonly validation: number; readonly test: number };
  /** Simple predictors on the validation questions; none where these have no labels. */
  readonly baselines: TrainingBaselines | undefined;
  /** Routing on categories left out of training; none with `--no-unseen`, adam or one category. */
  readonly unseen: UnseenStudy | undefined;
  /** What limits the worth of the training; in the artifact, too. */
  readonly warnings: readonly TrainingWarning[];
}
