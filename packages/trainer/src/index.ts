export { createOracle, fitRandom, fitSingleBest, type Labels } from './baselines/bounds.js';
export { type CategoryMeansOptions, fitCategoryMeans } from './baselines/category-means.js';
export {
  type ClusterDifficultyOptions,
  fitClusterDifficulty,
} from './baselines/cluster-difficulty.js';
export {
  fitKNearestNeighbours,
  type KNearestNeighboursOptions,
} from './baselines/k-nearest-neighbours.js';
export { fitModelMeans } from './baselines/model-means.js';
export type { Predictor, QuestionContext } from './baselines/predictor.js';
export type { CategorizedEmbeddings, CategorizedSet } from './categories/categorized-set.js';
export {
  type ChooseCategoriesOptions,
  type ChosenCategories,
  chooseCategories,
  type TriedCategories,
} from './categories/choose-categories.js';
export {
  type FitCategoryIndicatorsOptions,
  fitCategoryIndicators,
} from './categories/fit-category-indicators.js';
export {
  type CategoryTraining,
  type TrainWithCategoriesOptions,
  trainWithCategories,
} from './categories/train-with-categories.js';
export {
  type ReadPublishedOptions,
  readPublishedCheckpoint,
  toPublishedTensors,
} from './checkpoints/published-checkpoint.js';
export { bootstrapMean, type Interval } from './comparison/bootstrap.js';
export {
  type ComparedData,
  type CompareOptions,
  type ComparisonRow,
  compare,
} from './comparison/compare.js';
export type { ComparedMetric } from './comparison/compared-metrics.js';
export {
  categoryMeans,
  clusterDifficulty,
  directSolver,
  directWithCategories,
  type Estimator,
  type FitTask,
  kNearestNeighbours,
  modelMeans,
  oracle,
  randomModel,
  singleBestModel,
} from './comparison/estimators.js';
export { formatComparison } from './comparison/format-comparison.js';
export {
  type CompareTrainingDataOptions,
  compareTrainingData,
} from './direct/compare-training-data.js';
export { fingerprintTrainingData } from './direct/data-fingerprint.js';
export type { DirectProgress, TrainDirectOptions } from './direct/direct-settings.js';
export type { LabelledSet } from './direct/labelled-set.js';
export type { PathPoint } from './direct/ridge-path.js';
export {
  createLocalShard,
  type LocalShardOptions,
  type Shard,
  type ShardGradient,
  type ShardMoments,
} from './direct/shard.js';
export { type DirectTraining, trainDirect } from './direct/train-direct.js';
export type { ShardedSet } from './direct/training-source.js';
export type {
  Engine,
  LabelledQuestions,
  LinearParameters,
  LogisticGradient,
} from './engines/engine.js';
export {
  createOnnxRuntimeEngine,
  type OnnxRuntimeEngineOptions,
} from './engines/onnxruntime-engine.js';
export {
  type EngineFallback,
  type EngineKind,
  type ResolveEngineOptions,
  resolveEngine,
} from './engines/resolve-engine.js';
export { createTypeScriptEngine } from './engines/typescript-engine.js';
export {
  type EncodedTexts,
  type FamiliarQuestions,
  type LeaveCategoriesOutOptions,
  leaveCategoriesOut,
} from './unseen/leave-categories-out.js';
export type { UnseenCategory, UnseenStudy } from './unseen/unseen-study.js';
