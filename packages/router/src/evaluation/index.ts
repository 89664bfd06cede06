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
export { deferralArea } from './deferral-area.js';
export {
  type ErrorCorrelationOptions,
  type ErrorCorrelations,
  errorCorrelations,
  type JointOutcome,
  jointOutcome,
} from './error-correlations.js';
export {
  type EstimatePolicyOptions,
  estimatePolicy,
  type OffPolicyEstimates,
  type PolicyEstimate,
} from './estimate-policy.js';
export { addTypingErrors, flipRate, type TypingErrorOptions } from './flip-rate.js';
export { type MeanEstimate, meanEstimate } from './mean-estimate.js';
export { policyChoice } from './policy-choice.js';
export {
  type RareRightOptions,
  type RareRightRecall,
  rareRightRecall,
} from './rare-right-recall.js';
export { costSaving, paretoDistance, performanceGain } from './single-model-gain.js';
export {
  type CostedAnswers,
  judgeChoices,
  type SweepOptions,
  type SweepPoint,
  singleModelPoints,
  sweepUtility,
} from './sweep.js';
