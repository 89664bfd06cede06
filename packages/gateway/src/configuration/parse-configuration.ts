import { DataError } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { checkLearning } from './check-learning.js';
import { checkReach } from './check-reach.js';
import type { GatewayConfiguration } from './configuration.js';
import { ConfigurationFields } from './configuration-fields.js';
import { readAuthentication } from './read-authentication.js';
import { readDecisions } from './read-decisions.js';
import { readModels, unreadModel } from './read-models.js';
import { readRouting } from './read-routing.js';
import type { SecretSources } from './read-secret.js';
import { readCors, readLimits, readServer } from './read-server.js';
import { readTelemetry } from './read-telemetry.js';
import { readUpstreams } from './read-upstreams.js';
import { ROUTED_NAMES } from './routed-names.js';

/** Options of `parseGatewayConfiguration`. */
export interface ParseConfigurationOptions extends SecretSources {
  /** The file that the configuration was read from, for messages. */
  readonly file?: string | undefined;
}

const SECTIONS =
  'artifact authentication breaker cors decisions limits log models retries routing server telemetry timeouts ui upstreams'.split(
    ' ',
  );

/**
 * Checks a gateway's configuration, as JSON or YAML gave it, and takes the keys that it names out
 * of the environment.
 *
 * @throws DataError `invalid-data` naming file and field, of several mistakes all: on unknown fields, wrong types and
 * ranges, variables that are not set, models of unknown upstreams, and a server that is open to
 * other machines without keys or `allowAnonymous`. Values of texts are never part of a message.
 */
export function parseGatewayConfiguration(
  value: unknown,
  options: ParseConfigurationOptions,
): GatewayConfiguration {
  const { file, ...sources } = checkObject('options', options);
  try {
    return readConfiguration(new ConfigurationFields(value, file), sources);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const mistakes = findMistakes(value, file, sources);
    throw mistakes.length > 1 ? inOne(mistakes, file) : error;
  }
}

/** Throws at the first error. */
function readConfiguration(
  root: ConfigurationFields,
  sources: SecretSources,
): GatewayConfiguration {
  root.allow(SECTIONS);
  const upstreams = readUpstreams(root, sources);
  const models = readModels(root, upstreams);
  const routing = readRouting(root, models);
  const server = readServer(root);
  const configuration = {
    artifact: root.optionalText('artifact'),
    server,
    routing,
    authentication: readAuthentication(root, sources, {
      host: server.host,
      models,
      aliases: namesToRoute(root),
    }),
    cors: readCors(root),
    limits: readLimits(root),
    log: readLog(root),
    decisions: readDecisions(root),
    ui: root.flag('ui', true),
    telemetry: readTelemetry(root, sources),
    upstreams,
    models,
  };
  checkLearning(root, configuration);
  checkReach(root, configuration);
  return configuration;
}

/** Reads each part separately, so that an error in one does not hide those in others. */
function findMistakes(
  value: unknown,
  file: string | undefined,
  sources: SecretSources,
): DataError[] {
  const mistakes: DataError[] = [];
  let root: ConfigurationFields;
  try {
    root = new ConfigurationFields(value, file, '', mistakes);
  } catch {
    return mistakes;
  }
  root.allow(SECTIONS);
  const upstreams = root.guard(() => readUpstreams(root, sources)) ?? new Map();
  const models = new Map(root.guard(() => readModels(root, upstreams)));
  // One with a mistake is a model all the same: whatever names it is right.
  for (const name of root.guard(() => root.fields('models').keys()) ?? []) {
    if (!models.has(name)) models.set(name, unreadModel(name));
  }
  const routing = root.guard(() => readRouting(root, models));
  const server = root.guard(() => readServer(root));
  const authentication = root.guard(() =>
    readAuthentication(root, sources, {
      host: server?.host ?? '127.0.0.1',
      models,
      aliases: root.guard(() => namesToRoute(root)) ?? new Set(),
    }),
  );
  const others = [readCors, readLimits, readLog, readDecisions];
  for (const read of others) root.guard(() => read(root));
  root.guard(() => readTelemetry(root, sources));
  root.guard(() => root.flag('ui', true));
  root.guard(() => root.optionalText('artifact'));
  // What was not understood may be what is missing.
  if (routing && authentication && mistakes.length === 0) {
    checkReach(root, { routing, authentication, models });
  }
  return mistakes;
}

function inOne(mistakes: readonly DataError[], file: string | undefined): DataError {
  const shown = mistakes.map(({ message }) =>
    file !== undefined && message.startsWith(`${file}, `)
      ? message.slice(file.length + 2)
      : message,
  );
  const lines = [...new Set(shown)];
  if (lines.length === 1) return mistakes[0]!;
  const list = lines.map((message) => `- ${message}`).join('\n');
  return new DataError(`Has ${lines.length} errors:\n${list}`, { file });
}

function readLog(root: ConfigurationFields): GatewayConfiguration['log'] {
  return { requests: root.fields('log').allow(['requests']).flag('requests', true) };
}

function namesToRoute(root: ConfigurationFields): Set<string> {
  const routing = root.fields('routing');
  const named = ['aliases', 'cascades'].flatMap((key) => routing.fields(key).keys());
  return new Set([...ROUTED_NAMES, ...named]);
}
