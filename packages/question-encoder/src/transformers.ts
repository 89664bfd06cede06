export type { Activation } from './transformers/activations.js';
export { createTransformersEncoder } from './transformers/create-transformers-encoder.js';
export type { DeviceFailure, DeviceFallback, ModelDevice } from './transformers/devices.js';
export type {
  TransformersEncoderOptions,
  TransformersRunOptions,
} from './transformers/encoder-options.js';
export type { HeadModule } from './transformers/head.js';
export type { ModelDtype } from './transformers/model-source.js';
export type { Pooling } from './transformers/pooling.js';
export {
  type RestoreTransformersOptions,
  restoreTransformersEncoder,
} from './transformers/restore-transformers-encoder.js';
export type {
  TransformersEncoder,
  TruncationReport,
} from './transformers/transformers-encoder.js';
export type { TransformersSettings } from './transformers/transformers-settings.js';
