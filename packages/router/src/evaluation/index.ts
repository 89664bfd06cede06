export { type JudgedAgainstModel, judgeAgainstModel } from './against-model.js';
export {
  averageImprovementInQuality,
  meanQuality,
  type OperatingPoint,
  paretoFront,
  qualityAt,
  upperHull,
} from './curve.js';
export {
  averagePerformanceGapRecovered,
  callPerformanceThreshold,
  type DeferralCurve,
  type DeferralOptions,
  deferralCurve,
} from './deferral.js';
export {
  type CostedAnswers,
  judgeChoices,
  type SweepOptions,
  type SweepPoint,
  singleModelPoints,
  sweepUtility,
} from './sweep.js';
