export {
  createEndpointEncoder,
  type EndpointEncoder,
} from './endpoint/create-endpoint-encoder.js';
export type {
  EndpointEncoderOptions,
  EndpointRequestOptions,
} from './endpoint/endpoint-options.js';
export type { EndpointSettings } from './endpoint/endpoint-settings.js';
export {
  type RestoreEndpointOptions,
  restoreEndpointEncoder,
} from './endpoint/restore-endpoint-encoder.js';
