export { type ProcrustesFit, type ProcrustesOptions, procrustes } from './alignment/procrustes.js';
export {
  type DuplicateModelsOptions,
  type DuplicatePair,
  duplicateModels,
} from './answers/duplicate-models.js';
export type {
  ModelVerification,
  VerificationCandidate,
  VerificationTest,
  VerifyModelOptions,
} from './answers/model-verification.js';
export { verifyModel } from './answers/verify-model.js';
export {
  type ClassProbe,
  type NumberProbe,
  type ProbeAttributeOptions,
  probeAttribute,
} from './attributes/probe-attribute.js';
export type { DistanceMetric } from './distances/metric.js';
export {
  type ModelDistances,
  type ModelDistancesOptions,
  modelDistances,
} from './distances/model-distances.js';
export {
  type ModelNeighbour,
  type NearestModelsOptions,
  nearestModels,
} from './distances/nearest-models.js';
export {
  type GroupCloseness,
  type GroupClosenessOptions,
  type GroupReport,
  groupCloseness,
} from './groups/group-closeness.js';
export { sizeClass } from './groups/size-class.js';
export type { MapPoint } from './maps/map-point.js';
export {
  type PrincipalComponents,
  type PrincipalComponentsOptions,
  principalComponents,
} from './maps/principal-components.js';
export { type UmapMapOptions, umapMap } from './maps/umap-map.js';
export {
  type BenchmarkSeparation,
  type SeparatingQuestion,
  type SeparatingQuestions,
  type SeparatingQuestionsOptions,
  separatingQuestions,
} from './questions/separating-questions.js';
export type { PermutationOptions } from './statistics/permutation.js';
export {
  type AblateBenchmarksOptions,
  type AblationEffect,
  ablateBenchmarks,
  type BenchmarkAblation,
  type BenchmarkFigures,
} from './training/ablate-benchmarks.js';
export {
  type DimensionPoint,
  type DimensionSweep,
  type DimensionSweepOptions,
  dimensionSweep,
} from './training/dimension-sweep.js';
export type {
  ProbeData,
  Train,
  TrainingProbeOptions,
  TrainingRequest,
} from './training/probe-data.js';
export {
  type RunAgreement,
  type SeedStability,
  type SeedStabilityOptions,
  seedStability,
} from './training/seed-stability.js';
export {
  type SparsityCurve,
  type SparsityCurveOptions,
  type SparsityPoint,
  sparsityCurve,
} from './training/sparsity-curve.js';
export type { FigureSummary } from './training/summarize-figures.js';
export {
  type TransferCell,
  type TransferMatrix,
  transferMatrix,
} from './training/transfer-matrix.js';
export {
  type EmbeddingSource,
  type ModelVectors,
  modelVectors,
  type VectorPart,
} from './vectors/model-vectors.js';
