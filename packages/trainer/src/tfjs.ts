export type { AdamForm, AdamProgress, TrainAdamOptions } from './adam/adam-settings.js';
export { type AdamSolverOptions, adamSolver } from './adam/adam-solver.js';
export { type AdamTraining, trainAdam } from './adam/train-adam.js';
export type { AdamEpoch } from './adam/training-state.js';
export { createTfjsEngine, type TfjsEngineOptions } from './engines/tfjs-engine.js';
export { type ResolveBackendOptions, resolveBackend } from './tfjs/resolve-backend.js';
export type {
  BackendKind,
  TensorFlow,
  TfjsBackend,
  UnavailableBackend,
} from './tfjs/tensorflow.js';
