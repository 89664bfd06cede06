export { readGatewayConfiguration } from './node/read-configuration.js';
export {
  type GatewayEvent,
  type RunningGateway,
  type ServeGatewayOptions,
  serveGateway,
} from './node/serve-gateway.js';
