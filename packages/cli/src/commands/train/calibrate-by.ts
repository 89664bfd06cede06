import {
  chooseCalibration,
  type FitCalibrationOptions,
  type FittedCalibration,
  fitCalibration,
} from '@embedllm/core/calibration';
import type { TrainOptions } from './options.js';

/** Calibrates on validation questions; `undefined` where `auto` finds that it does not help. */
export function calibrateBy(
  method: NonNullable<TrainOptions['calibrate']>,
  answers: Pick<FitCalibrationOptions, 'logits' | 'correctness'>,
): FittedCalibration | undefined {
  return method === 'auto'
    ? chooseCalibration(answers).calibration
    : fitCalibration({ ...answers, method });
}
