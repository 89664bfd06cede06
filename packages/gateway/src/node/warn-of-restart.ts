import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { GatewayEvent } from './log-line.js';

/** Says which settings of a new configuration do not hold before a restart. */
export function warnOfRestart(
  before: GatewayConfiguration,
  after: GatewayConfiguration,
  log: (event: GatewayEvent) => void,
): void {
  const { server, limits } = after;
  const isSame =
    before.server.host === server.host &&
    before.server.port === server.port &&
    before.server.workers === server.workers &&
    before.limits.connections === limits.connections &&
    before.limits.ledger === limits.ledger;
  if (isSame) return;
  const message =
    'server.host, server.port, server.workers, limits.connections and limits.ledger take effect after a restart.';
  log({ level: 'warn', event: 'restart-needed', message });
}
