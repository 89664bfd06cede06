import { isOperation, OPERATIONS, type Operation } from '../operation.js';
import { isVendor } from '../provider/vendors.js';
import { readConcurrency } from './call-settings.js';
import type {
  GatewayConfiguration,
  GatewayLimits,
  ModelConfiguration,
  UpstreamConfiguration,
} from './configuration.js';
import { ConfigurationFields } from './configuration-fields.js';
import { readAuthentication } from './read-authentication.js';
import { readDecisions } from './read-decisions.js';
import { ROUTED_NAMES, readRouting } from './read-routing.js';
import type { SecretSources } from './read-secret.js';
import { readTelemetry } from './read-telemetry.js';
import { readUpstreams } from './read-upstreams.js';

/** Options of `parseGatewayConfiguration`. */
export interface ParseConfigurationOptions extends SecretSources {
  /** The file that the configuration was read from, for messages. */
  readonly file?: string | undefined;
}

/** No control characters and no half of a surrogate pair. */
const MODEL_NAME = /^\P{C}{1,256}$/u;
const MODEL_FIELDS =
  'contextLength maxOutputTokens model operations pricePerMillionCachedInputTokens pricePerMillionInputTokens pricePerMillionOutputTokens pricePerMillionReasoningTokens upstream'.split(
    ' ',
  );
const CHAT_ALONE: readonly Operation[] = ['chat'];
/** The longest that a timer can take. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Checks a gateway's configuration, as JSON or YAML gave it, and takes the keys that it names out
 * of the environment.
 *
 * @throws DataError `invalid-data` naming file and field: on unknown fields, wrong types and
 * ranges, variables that are not set, models of unknown upstreams, and a server that is open to
 * other machines without keys or `allowAnonymous`. Values of texts are never part of a message.
 */
export function parseGatewayConfiguration(
  value: unknown,
  { file, ...sources }: ParseConfigurationOptions,
): GatewayConfiguration {
  const root = new ConfigurationFields(value, file).allow(
    'artifact authentication breaker cors decisions limits log models retries routing server telemetry timeouts ui upstreams'.split(
      ' ',
    ),
  );
  const upstreams = readUpstreams(root, sources);
  const models = readModels(root, upstreams);
  const routing = readRouting(root, models);
  const server = root
    .fields('server')
    .allow(['drainMs', 'host', 'port', 'shutdownTimeoutMs', 'workers']);
  const host = server.text('host', '127.0.0.1');
  return {
    artifact: root.optionalText('artifact'),
    server: {
      host,
      port: server.number('port', { default: 8080, min: 0, max: 65535 }),
      drainMs: server.number('drainMs', { default: 2000, min: 0, max: 600_000 }),
      shutdownTimeoutMs: server.number('shutdownTimeoutMs', {
        default: 30_000,
        min: 0,
        max: MAX_MS,
      }),
      workers: server.number('workers', { default: 1, min: 1, max: 256 }),
    },
    routing,
    authentication: readAuthentication(root, sources, {
      host,
      models,
      aliases: new Set([...ROUTED_NAMES, ...routing.aliases.keys()]),
    }),
    cors: readCors(root),
    limits: readLimits(root),
    log: { requests: root.fields('log').allow(['requests']).flag('requests', true) },
    decisions: readDecisions(root),
    ui: root.flag('ui', true),
    telemetry: readTelemetry(root, sources),
    upstreams,
    models,
  };
}

function readModels(
  root: ConfigurationFields,
  upstreams: ReadonlyMap<string, UpstreamConfiguration>,
): Map<string, ModelConfiguration> {
  const all = root.fields('models');
  const models = new Map<string, ModelConfiguration>();
  for (const name of all.keys()) {
    const fields = all.fields(name).allow(MODEL_FIELDS);
    if (ROUTED_NAMES.includes(name)) {
      all.fail(name, 'Is the name by which clients ask for routing. Choose another.');
    }
    if (!MODEL_NAME.test(name)) {
      all.fail(name, 'Must be a name of 1 to 256 printable characters.');
    }
    const upstream = fields.text('upstream');
    if (!upstreams.has(upstream)) {
      fields.fail('upstream', `Must be one of ${[...upstreams.keys()].join(', ')}.`);
    }
    const operations = readOperations(fields, upstreams.get(upstream));
    // Embeddings write nothing, so that only their input costs.
    const written = operations.every((one) => one === 'embeddings') ? 0 : undefined;
    const price = (key: string): number | undefined =>
      fields.optionalNumber(key, { integer: false });
    models.set(name, {
      name,
      upstream,
      model: fields.text('model', name),
      operations,
      pricePerMillionInputTokens: price('pricePerMillionInputTokens'),
      pricePerMillionCachedInputTokens: price('pricePerMillionCachedInputTokens'),
      pricePerMillionOutputTokens: price('pricePerMillionOutputTokens') ?? written,
      pricePerMillionReasoningTokens: price('pricePerMillionReasoningTokens'),
      maxOutputTokens: fields.optionalNumber('maxOutputTokens', { min: 1 }) ?? written,
      contextLength: fields.optionalNumber('contextLength', { min: 1 }),
    });
  }
  if (models.size === 0) root.fail('models', 'Must name at least one model.');
  return models;
}

/** Of vendors' protocols, chats alone are translated. */
function readOperations(
  fields: ConfigurationFields,
  upstream: UpstreamConfiguration | undefined,
): Operation[] {
  const isTranslated = isVendor(upstream?.provider ?? '');
  const all = isTranslated ? CHAT_ALONE : Object.keys(OPERATIONS).filter(isOperation);
  if (!fields.has('operations')) return [...all];
  const operations = fields.texts('operations').map((text, index) => {
    const operation = all.find((one) => one === text);
    if (operation) return operation;
    return fields.fail(`operations[${index}]`, `Must be one of ${all.join(', ')}.`);
  });
  if (operations.length === 0)
    fields.fail('operations', 'Must not be empty. Leave it out for all.');
  return operations;
}

function readCors(root: ConfigurationFields): GatewayConfiguration['cors'] {
  const fields = root.fields('cors').allow(['origins']);
  const origins = fields.texts('origins');
  origins.forEach((origin, index) => {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      fields.fail(`origins[${index}]`, 'Must be an origin such as https://app.example.com.');
    }
  });
  return { origins };
}

function readLimits(root: ConfigurationFields): GatewayLimits {
  const fields = root
    .fields('limits')
    .allow(
      'bodyTimeoutMs concurrency connections heartbeatMs idempotencyBytes idempotencyMs ledger queue queueTimeoutMs requestBytes requestMs responseBytes writeTimeoutMs'.split(
        ' ',
      ),
    );
  const time = (key: string, standard: number, min = 1): number =>
    fields.number(key, { default: standard, min, max: MAX_MS });
  return {
    ...readConcurrency(fields, { concurrency: 256, queue: 512, queueTimeoutMs: 10_000 }),
    requestBytes: fields.number('requestBytes', { default: 20_971_520, min: 1, max: 2 ** 30 }),
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
