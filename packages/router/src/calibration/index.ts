export { type FitCalibrationOptions, fitCalibration } from './fit-calibration.js';
export { type QualityGuaranteeOptions, qualityGuarantee } from './quality-guarantee.js';
