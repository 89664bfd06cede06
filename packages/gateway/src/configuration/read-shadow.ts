import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';

/** Routing that decides without acting. */
export interface ShadowSettings {
  /** The model that answers all requests that are routed. */
  readonly use: string;
}

/** Reads whether the router acts; `undefined` where it does. */
export function readShadow(
  routing: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): ShadowSettings | undefined {
  if (!routing.has('shadow')) return undefined;
  const fields = routing.fields('shadow').allow(['use']);
  const use = fields.text('use');
  const model = models.get(use);
  if (!model) return fields.fail('use', 'Is not among the configured `models`.');
  if (!model.operations.includes('chat')) {
    fields.fail('use', `Does not take chat completions (models.${use}.operations).`);
  }
  return { use };
}
