export { createTransformersEncoder } from './transformers/create-transformers-encoder.js';
export type {
  LoadProgress,
  ModelDevice,
  TransformersEncoderOptions,
  TransformersRunOptions,
} from './transformers/encoder-options.js';
export type { ModelDtype } from './transformers/model-source.js';
export type { Pooling } from './transformers/pooling.js';
export {
  type RestoreTransformersOptions,
  restoreTransformersEncoder,
} from './transformers/restore-transformers-encoder.js';
export type {
  TransformersEncoder,
  TransformersSettings,
  TruncationReport,
} from './transformers/transformers-encoder.js';
