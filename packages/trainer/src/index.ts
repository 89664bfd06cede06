export {
  fitKNearestNeighbours,
  type KNearestNeighboursOptions,
} from './baselines/k-nearest-neighbours.js';
export { fitModelMeans } from './baselines/model-means.js';
export type { Predictor } from './baselines/predictor.js';
export {
  type ReadPublishedOptions,
  readPublishedCheckpoint,
  readTorchTensor,
  toPublishedTensors,
} from './checkpoints/published-checkpoint.js';
export {
  type ReadTorchOptions,
  readTorchFile,
  type TorchContent,
} from './checkpoints/torch-file.js';
export type { DirectProgress, TrainDirectOptions } from './direct/direct-settings.js';
export type { LabelledSet } from './direct/labelled-set.js';
export type { PathPoint } from './direct/ridge-path.js';
export { type DirectTraining, trainDirect } from './direct/train-direct.js';
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
