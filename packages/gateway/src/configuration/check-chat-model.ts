import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';

/**
 * The name of a configured model that answers chats.
 *
 * @param field - Where it is named.
 */
export function checkChatModel(
  fields: ConfigurationFields,
  field: string,
  name: string,
  models: ReadonlyMap<string, ModelConfiguration>,
): string {
  const model = models.get(name);
  if (!model) return fields.fail(field, 'Is not among the configured `models`.');
  if (model.operations.includes('chat')) return name;
  return fields.fail(field, `Does not support chat completions (models.${name}.operations).`);
}
