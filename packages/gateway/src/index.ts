export type {
  BreakerSettings,
  ClientKey,
  ConcurrencySettings,
  GatewayConfiguration,
  GatewayLimits,
  ModelConfiguration,
  RetrySettings,
  TimeoutSettings,
  UpstreamConfiguration,
} from './gateway/configuration/configuration.js';
export {
  type ParseConfigurationOptions,
  parseGatewayConfiguration,
} from './gateway/configuration/parse-configuration.js';
export type { Secret } from './gateway/configuration/secret.js';
export { createGateway } from './gateway/create-gateway.js';
export type { Gateway, GatewayOptions } from './gateway/gateway.js';
export type { GatewayContents } from './gateway/gateway-state.js';
export type {
  GatewayEvent,
  RunningGateway,
  ServeGatewayOptions,
} from './gateway/node/serve-gateway.js';
export type { RequestLog } from './gateway/observe/request-record.js';
export type { OpenTelemetry } from './gateway/observe/telemetry.js';
export { readGatewayConfiguration, serveGateway } from './gateway/serve.js';
export type {
  GatewayFetch,
  GatewayFetchInit,
  GatewayFetchResponse,
} from './gateway/upstream/gateway-fetch.js';
