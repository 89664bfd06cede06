export {
  type Calibration,
  type CalibrationRecord,
  type FittedCalibration,
  type IsotonicCalibrationRecord,
  type PlattCalibrationRecord,
  type RestoreCalibrationOptions,
  restoreCalibration,
  type TemperatureCalibrationRecord,
} from './calibration.js';
export {
  type ChooseCalibrationOptions,
  type ChosenCalibration,
  chooseCalibration,
} from './choose-calibration.js';
export { type FitCalibrationOptions, fitCalibration } from './fit-calibration.js';
export type { IsotonicCurve } from './isotonic.js';
