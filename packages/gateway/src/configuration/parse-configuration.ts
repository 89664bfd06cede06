import { readBreaker, readConcurrency, readRetries, readTimeouts } from './call-settings.js';
import type {
  ClientKey,
  GatewayConfiguration,
  GatewayLimits,
  ModelConfiguration,
  UpstreamConfiguration,
} from './configuration.js';
import { ConfigurationFields } from './configuration-fields.js';
import { Secret } from './secret.js';

/** Options of `parseGatewayConfiguration`. */
export interface ParseConfigurationOptions {
  /** Where keys come from: `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file that the configuration was read from, for messages. */
  readonly file?: string | undefined;
}

/** Names that clients send for the router's choice. */
export const ROUTED_NAMES: readonly string[] = ['auto', 'embedllm'];

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
const KEY_TEXT = /^[\x21-\x7e]+$/;
/** No control characters and no half of a surrogate pair. */
const MODEL_NAME = /^\P{C}{1,256}$/u;
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

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
  { environment, file }: ParseConfigurationOptions,
): GatewayConfiguration {
  const root = new ConfigurationFields(value, file).allow(
    'artifact authentication breaker cors limits models retries routing server timeouts upstreams'.split(
      ' ',
    ),
  );
  const upstreams = readUpstreams(root, environment);
  const models = readModels(root, upstreams);
  const server = root.fields('server').allow(['drainMs', 'host', 'port', 'shutdownTimeoutMs']);
  const host = server.text('host', '127.0.0.1');
  return {
    artifact: root.optionalText('artifact'),
    server: {
      host,
      port: server.number('port', { default: 8080, min: 0, max: 65535 }),
      drainMs: server.number('drainMs', { default: 2000, min: 0, max: 600_000 }),
      shutdownTimeoutMs: server.number('shutdownTimeoutMs', { default: 30_000, min: 0 }),
    },
    routing: readRouting(root, models),
    authentication: readAuthentication(root, environment, host),
    cors: readCors(root),
    limits: readLimits(root),
    upstreams,
    models,
  };
}

function readUpstreams(
  root: ConfigurationFields,
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, UpstreamConfiguration> {
  const timeouts = readTimeouts(root.fields('timeouts'));
  const retries = readRetries(root.fields('retries'));
  const breaker = readBreaker(root.fields('breaker'));
  const all = root.fields('upstreams');
  const upstreams = new Map<string, UpstreamConfiguration>();
  for (const name of all.keys()) {
    const fields = all
      .fields(name)
      .allow('apiKeyEnv baseURL breaker headers limits retries timeouts'.split(' '));
    upstreams.set(name, {
      name,
      baseURL: readBaseURL(fields),
      apiKey: fields.has('apiKeyEnv') ? secretFrom(fields, 'apiKeyEnv', environment) : undefined,
      headers: readHeaders(fields.fields('headers')),
      timeouts: readTimeouts(fields.fields('timeouts'), timeouts),
      retries: readRetries(fields.fields('retries'), retries),
      breaker: readBreaker(fields.fields('breaker'), breaker),
      limits: readConcurrency(
        fields.fields('limits').allow(['concurrency', 'queue', 'queueTimeoutMs']),
        { concurrency: 64, queue: 128, queueTimeoutMs: 5000 },
      ),
    });
  }
  if (upstreams.size === 0) root.fail('upstreams', 'Must name at least one upstream.');
  return upstreams;
}

function readModels(
  root: ConfigurationFields,
  upstreams: ReadonlyMap<string, UpstreamConfiguration>,
): Map<string, ModelConfiguration> {
  const all = root.fields('models');
  const models = new Map<string, ModelConfiguration>();
  for (const name of all.keys()) {
    const fields = all.fields(name).allow(['model', 'upstream']);
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
    models.set(name, { name, upstream, model: fields.text('model', name) });
  }
  if (models.size === 0) root.fail('models', 'Must name at least one model.');
  return models;
}

function readRouting(
  root: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): GatewayConfiguration['routing'] {
  const fields = root.fields('routing').allow(['candidates', 'models']);
  const allowed = fields.has('models') ? fields.texts('models') : undefined;
  allowed?.forEach((name, index) => {
    if (!models.has(name)) {
      fields.fail(`models[${index}]`, 'Is not among the configured `models`.');
    }
  });
  if (allowed?.length === 0) fields.fail('models', 'Must not be empty. Leave it out for all.');
  return {
    models: allowed,
    candidates: fields.number('candidates', { default: 3, min: 1, max: 100 }),
  };
}

function readAuthentication(
  root: ConfigurationFields,
  environment: Readonly<Record<string, string | undefined>>,
  host: string,
): GatewayConfiguration['authentication'] {
  const fields = root.fields('authentication').allow(['allowAnonymous', 'keys', 'publicMetrics']);
  const keys = fields.items('keys').map((item): ClientKey => {
    item.allow(['env', 'name']);
    return { name: item.text('name'), key: secretFrom(item, 'env', environment) };
  });
  if (keys.length === 0 && !LOOPBACK.has(host) && !fields.flag('allowAnonymous', false)) {
    fields.fail(
      'keys',
      'Must name a key when `server.host` is not the loopback interface. Set `allowAnonymous: true` to serve everyone.',
    );
  }
  return { keys, publicMetrics: fields.flag('publicMetrics', false) };
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
      'bodyTimeoutMs concurrency connections queue queueTimeoutMs requestBytes requestMs responseBytes'.split(
        ' ',
      ),
    );
  return {
    ...readConcurrency(fields, { concurrency: 256, queue: 512, queueTimeoutMs: 10_000 }),
    requestBytes: fields.number('requestBytes', { default: 1_048_576, min: 1, max: 2 ** 30 }),
    responseBytes: fields.number('responseBytes', { default: 16_777_216, min: 1, max: 2 ** 30 }),
    bodyTimeoutMs: fields.number('bodyTimeoutMs', { default: 10_000, min: 1 }),
    requestMs: fields.number('requestMs', { default: 120_000, min: 1 }),
    connections: fields.number('connections', { default: 1024, min: 1 }),
  };
}

function readBaseURL(fields: ConfigurationFields): string {
  const text = fields.text('baseURL');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    fields.fail('baseURL', 'Must be a URL that starts with http:// or https://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    fields.fail('baseURL', 'Must have no user, password, query or fragment. Keys: `apiKeyEnv`.');
  }
  return url.href.replace(/\/+$/, '');
}

function readHeaders(fields: ConfigurationFields): Record<string, string> {
  const headers = new Map<string, string>();
  for (const key of fields.keys()) {
    const value = fields.text(key);
    if (!HEADER_NAME.test(key) || OWN_HEADERS.has(key.toLowerCase())) {
      fields.fail(key, 'Is not a header that can be set. Keys: `apiKeyEnv`.');
    }
    if (!HEADER_VALUE.test(value)) fields.fail(key, 'Must be printable ASCII in one line.');
    headers.set(key.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}

function secretFrom(
  fields: ConfigurationFields,
  key: string,
  environment: Readonly<Record<string, string | undefined>>,
): Secret {
  const variable = fields.text(key);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    fields.fail(key, 'Must be the name of an environment variable, not the key itself.');
  }
  const value = environment[variable]?.trim() ?? '';
  if (value === '')
    fields.fail(key, `Names the environment variable ${variable}, which is not set.`);
  if (!KEY_TEXT.test(value)) {
    fields.fail(
      key,
      `Names the environment variable ${variable}, which holds characters that no key has.`,
    );
  }
  return new Secret(value);
}
