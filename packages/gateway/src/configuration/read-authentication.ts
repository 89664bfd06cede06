import { SHADOW } from '../shadow/shadow-name.js';
import type { ClientKey } from './client-key.js';
import type { GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import { readKeyLimits } from './key-limits.js';
import { readLockout } from './lockout-settings.js';
import type { ModelConfiguration } from './model-configuration.js';
import { readNarrowing } from './narrowing.js';
import { readOutcomeTrust } from './outcome-trust.js';
import { readPolicy } from './read-routing.js';
import { readSecret, type SecretSources } from './read-secret.js';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Shorter keys can be guessed. */
const MIN_KEY_CHARACTERS = 12;

/** The parts of a configuration that decide which names keys may use. */
export interface AuthenticationSurroundings {
  readonly host: string;
  readonly models: ReadonlyMap<string, ModelConfiguration>;
  /** All names that are routed. */
  readonly aliases: ReadonlySet<string>;
}

/** Reads who may call, and refuses to serve other machines without keys unless asked to. */
export function readAuthentication(
  root: ConfigurationFields,
  sources: SecretSources,
  { host, models, aliases }: AuthenticationSurroundings,
): GatewayConfiguration['authentication'] {
  const fields = root
    .fields('authentication')
    .allow(['allowAnonymous', 'keys', 'lockout', 'publicMetrics']);
  const keys: ClientKey[] = [];
  const readKey = (item: ConfigurationFields): void => {
    item.allow('admin aliases env file limits models name narrowing outcomes policy'.split(' '));
    const field = item.has('file') ? 'file' : 'env';
    const key = readSecret(item, { env: 'env', file: 'file' }, sources);
    const name = item.text('name');
    if (key.reveal().length < MIN_KEY_CHARACTERS) {
      item.fail(field, `Holds a key of fewer than ${MIN_KEY_CHARACTERS} characters.`);
    }
    const same = keys.find((other) => other.key.reveal() === key.reveal());
    if (same) item.fail(field, `Holds the same key as ${same.name}.`);
    if (keys.some((other) => other.name === name)) {
      item.fail(
        'name',
        'Is already the name of another key. Limits and logs identify keys by name.',
      );
    }
    if (name === SHADOW) item.fail('name', 'Is the name under which shadow calls are counted.');
    keys.push({
      name,
      key,
      outcomes: readOutcomeTrust(item),
      isAdmin: item.flag('admin', false),
      models: readNames(item, 'models', new Set(models.keys())),
      aliases: readNames(item, 'aliases', aliases),
      policy: item.has('policy') ? readPolicy(item.fields('policy'), models) : undefined,
      narrowing: readNarrowing(item),
      limits: readKeyLimits(item.fields('limits')),
    });
  };
  const items = fields.items('keys');
  for (const item of items) item.guard(() => readKey(item));
  const allowAnonymous = fields.flag('allowAnonymous', false);
  if (items.length === 0 && !LOOPBACK.has(host) && !allowAnonymous) {
    fields.fail(
      'keys',
      'Must name a key when `server.host` is not the loopback interface. Set `allowAnonymous: true` to serve everyone.',
    );
  }
  const publicMetrics = fields.flag('publicMetrics', false);
  return { keys, allowAnonymous, publicMetrics, lockout: readLockout(fields) };
}

function readNames(
  fields: ConfigurationFields,
  key: 'models' | 'aliases',
  known: ReadonlySet<string>,
): string[] | undefined {
  if (!fields.has(key)) return undefined;
  const names = fields.choices(key, [...known]);
  if (key === 'models' && names.length === 0) {
    fields.fail(key, 'Must not be empty. Omit it to allow all.');
  }
  return names;
}
