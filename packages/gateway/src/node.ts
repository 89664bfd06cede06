export {
  type CheckedGateway,
  type CheckGatewayOptions,
  checkGateway,
} from './node/check-gateway.js';
export { FileLimitStore, type FileLimitStoreOptions } from './node/file-limit-store.js';
export { formatEvent, type GatewayEvent } from './node/log-line.js';
export { readGatewayConfiguration } from './node/read-configuration.js';
export { serveGateway } from './node/serve-gateway.js';
export type { RunningGateway, ServeGatewayOptions } from './node/serve-options.js';
