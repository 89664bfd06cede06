import type { ConfigurationFields } from './configuration-fields.js';
import { readSecret, type SecretSources } from './read-secret.js';
import { Secret } from './secret.js';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * Reads headers: values are texts, or `{ env: NAME }` and `{ file: PATH }` for those that are secret.
 *
 * @param refused - Names in lower case that cannot be set.
 * @param advice - What to do instead of setting one of them.
 */
export function readHeaders(
  fields: ConfigurationFields,
  sources: SecretSources,
  { refused, advice }: { readonly refused: ReadonlySet<string>; readonly advice: string },
): Record<string, Secret> {
  const headers = new Map<string, Secret>();
  for (const key of fields.keys()) {
    const name = key.toLowerCase();
    if (!HEADER_NAME.test(key) || refused.has(name)) {
      fields.fail(key, `Is not a header that can be set. ${advice}`);
    }
    if (fields.isObject(key)) {
      const named = fields.fields(key).allow(['env', 'file']);
      headers.set(name, readSecret(named, { env: 'env', file: 'file' }, sources));
      continue;
    }
    const value = fields.text(key);
    if (!HEADER_VALUE.test(value)) fields.fail(key, 'Must be printable ASCII in one line.');
    headers.set(name, new Secret(value));
  }
  return Object.fromEntries(headers);
}
