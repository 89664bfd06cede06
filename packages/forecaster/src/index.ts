export {
  type ComparisonState,
  PairedComparison,
  type PairedComparisonOptions,
} from './comparison/paired-comparison.js';
export {
  checkFold,
  type Fold,
  type FoldOptions,
  type FoldPool,
} from './forecast/check-forecasts.js';
export {
  type CheckFolds,
  type FitItemResponseOptions,
  fitItemResponse,
} from './forecast/fit-item-response.js';
export {
  type BenchmarkEstimate,
  type ForecastBenchmarksOptions,
  type ForecastEstimate,
  forecastBenchmarks,
  type ModelBenchmarksForecast,
} from './forecast/forecast-benchmarks.js';
export type {
  CheckedForecast,
  ForecastCalibration,
  IntervalScales,
} from './forecast/forecast-calibration.js';
export type { PopulationForecast } from './forecast/forecast-population.js';
export type { ItemResponsePool } from './forecast/item-response-pool.js';
export type { MeasuredMisfit, MisfitDistribution } from './forecast/misfit.js';
export type { NormalMixture } from './forecast/normal-mixture.js';
export {
  type RestoreItemResponsePoolOptions,
  restoreItemResponsePool,
  serializeItemResponsePool,
} from './forecast/pool-file.js';
export {
  type PredictionPoweredMean,
  type PredictionPoweredOptions,
  predictionPoweredMean,
} from './forecast/prediction-powered.js';
export type { ObservedAnswers } from './item-response/ability-posterior.js';
export type { AbilityPrior } from './item-response/ability-prior.js';
export type { PoolAnswers } from './item-response/fit-items.js';
export type { ItemParameters } from './item-response/item-parameters.js';
export type { TextFeatures } from './item-response/text-features.js';
export { checkGate, type GateOptions, type GateResult } from './pipeline/check-gate.js';
export {
  formatHarnessQuestions,
  type HarnessDocument,
  type MarkedSample,
  responsesFromSamples,
} from './pipeline/harness-questions.js';
export { renderForecastJson, renderForecastMarkdown } from './pipeline/render-forecast.js';
export {
  type AccuracyForecast,
  type BenchmarkForecast,
  type BenchmarkForecastOptions,
  forecastBenchmarkAccuracy,
  type ModelForecast,
  type NamedAccuracyForecast,
} from './probabilities/benchmark-forecast.js';
export {
  compareForecast,
  type ForecastComparison,
  type ForecastErrors,
  type NamedForecastErrors,
  type ObservedForecast,
} from './probabilities/compare-forecast.js';
export {
  type EmbeddingForecast,
  type ForecastFromEmbeddingsOptions,
  forecastFromEmbeddings,
  type PermutationPValues,
} from './regression/forecast-from-embeddings.js';
export { type ChooseAnchorsOptions, chooseAnchors } from './selection/choose-anchors.js';
export {
  type AdaptiveEvaluation,
  type EvaluateAdaptivelyOptions,
  evaluateAdaptively,
} from './selection/evaluate-adaptively.js';
export {
  type SelectionStrategy,
  type SelectQuestionsOptions,
  selectQuestions,
} from './selection/select-questions.js';
