import { readConcurrency } from './call-settings.js';
import type { GatewayConfiguration, GatewayLimits } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';

/** The longest that a timer can take. */
const MAX_MS = 2 ** 31 - 1;

/** Reads where the gateway listens, and how it stops. */
export function readServer(root: ConfigurationFields): GatewayConfiguration['server'] {
  const server = root
    .fields('server')
    .allow(['drainMs', 'host', 'port', 'shutdownTimeoutMs', 'workers']);
  return {
    host: server.text('host', '127.0.0.1'),
    port: server.number('port', { default: 8080, min: 0, max: 65535 }),
    drainMs: server.number('drainMs', { default: 2000, min: 0, max: 600_000 }),
    shutdownTimeoutMs: server.number('shutdownTimeoutMs', {
      default: 30_000,
      min: 0,
      max: MAX_MS,
    }),
    workers: server.number('workers', { default: 1, min: 1, max: 256 }),
  };
}

/** Reads which origins browsers may call from. */
export function readCors(root: ConfigurationFields): GatewayConfiguration['cors'] {
  const fields = root.fields('cors').allow(['origins']);
  const origins = fields.texts('origins');
  origins.forEach((origin, index) => {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      fields.fail(`origins[${index}]`, 'Must be an origin such as https://app.example.com.');
    }
  });
  return { origins };
}

/** Reads the limits of the gateway as a whole. */
export function readLimits(root: ConfigurationFields): GatewayLimits {
  const fields = root
    .fields('limits')
    .allow(
      'bodyTimeoutMs concurrency connections heartbeatMs heldBytes idempotencyBytes idempotencyMs ledger queue queueTimeoutMs requestBytes requestMs responseBytes writeTimeoutMs'.split(
        ' ',
      ),
    );
  const time = (key: string, standard: number, min = 1): number =>
    fields.number(key, { default: standard, min, max: MAX_MS });
  const requestBytes = fields.number('requestBytes', {
    default: 20_971_520,
    min: 1,
    max: 2 ** 30,
  });
  return {
    ...readConcurrency(fields, { concurrency: 256, queue: 512, queueTimeoutMs: 10_000 }),
    requestBytes,
    heldBytes: fields.number('heldBytes', {
      default: Math.max(268_435_456, 4 * requestBytes),
      min: 2 * requestBytes,
    }),
    responseBytes: fields.number('responseBytes', { default: 16_777_216, min: 1, max: 2 ** 30 }),
    bodyTimeoutMs: time('bodyTimeoutMs', 10_000),
    requestMs: time('requestMs', 300_000),
    writeTimeoutMs: time('writeTimeoutMs', 60_000),
    heartbeatMs: time('heartbeatMs', 15_000, 0),
    connections: fields.number('connections', { default: 1024, min: 1 }),
    ledger: fields.optionalText('ledger'),
    idempotencyMs: time('idempotencyMs', 600_000, 0),
    idempotencyBytes: fields.number('idempotencyBytes', { default: 67_108_864, min: 0 }),
  };
}
