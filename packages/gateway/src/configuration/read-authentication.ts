import type { ClientKey, GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import { readSecret, type SecretSources } from './read-secret.js';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Shorter keys can be guessed. */
const MIN_KEY_CHARACTERS = 12;

/** Reads who may call, and refuses to serve other machines without keys unless asked to. */
export function readAuthentication(
  root: ConfigurationFields,
  sources: SecretSources,
  host: string,
): GatewayConfiguration['authentication'] {
  const fields = root.fields('authentication').allow(['allowAnonymous', 'keys', 'publicMetrics']);
  const keys: ClientKey[] = [];
  for (const item of fields.items('keys')) {
    item.allow(['admin', 'env', 'file', 'name']);
    const field = item.has('file') ? 'file' : 'env';
    const key = readSecret(item, { env: 'env', file: 'file' }, sources);
    const name = item.text('name');
    if (key.reveal().length < MIN_KEY_CHARACTERS) {
      item.fail(field, `Holds a key of fewer than ${MIN_KEY_CHARACTERS} characters.`);
    }
    const same = keys.find((other) => other.key.reveal() === key.reveal());
    if (same) item.fail(field, `Holds the same key as ${same.name}.`);
    keys.push({ name, key, isAdmin: item.flag('admin', false) });
  }
  const allowAnonymous = fields.flag('allowAnonymous', false);
  if (keys.length === 0 && !LOOPBACK.has(host) && !allowAnonymous) {
    fields.fail(
      'keys',
      'Must name a key when `server.host` is not the loopback interface. Set `allowAnonymous: true` to serve everyone.',
    );
  }
  return { keys, allowAnonymous, publicMetrics: fields.flag('publicMetrics', false) };
}
