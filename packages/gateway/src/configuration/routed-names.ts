import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';

/** Names that clients send for the router's choice. */
export const ROUTED_NAMES: readonly string[] = ['auto', 'embedllm'];

/** Checks a name that clients ask for, and that is not a model. */
export function checkName(
  named: ConfigurationFields,
  name: string,
  models: ReadonlyMap<string, ModelConfiguration>,
): void {
  if (ROUTED_NAMES.includes(name)) named.fail(name, 'Is routed by `routing.policy`.');
  if (models.has(name)) named.fail(name, 'Is the name of a model.');
  if (!/^[\x21-\x7e]{1,256}$/.test(name)) {
    named.fail(name, 'Must be a name of 1 to 256 visible ASCII characters.');
  }
}
