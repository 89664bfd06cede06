import { DataError } from '@embedllm/internals';
import type { ModelInfo } from '../dataset.js';
import { canonicalJson } from '../json/canonical-json.js';
import { JsonFields } from '../json/json-fields.js';
import { parseJson } from '../json/parse-json.js';

/** Fields that hold a number of at least 0. */
const AMOUNTS = [
  'parametersBillion',
  'pricePerMillionOutputTokens',
  'pricePerMillionInputTokens',
  'meanOutputTokens',
  'contextLength',
  'latencyMs',
] as const;
/** Fields that hold a list of strings. */
const LISTS = ['capabilities', 'regions'] as const;

/**
 * The text of `models.json`: a list of objects, one a model.
 *
 * @throws EmbedLLMError `invalid-argument` when metadata are not plain JSON.
 */
export function formatModelList(models: readonly ModelInfo[]): string {
  // canonicalJson is the check; the file itself is laid out for reading.
  canonicalJson(models, 'models');
  return `${JSON.stringify(models, undefined, 2)}\n`;
}

/**
 * Reads `models.json`. Fields that are not known here are kept.
 *
 * @param names - The names that the models must have, in order.
 * @throws DataError naming the model's position, counted from 1, and the field.
 */
export function parseModelList(
  bytes: Uint8Array,
  options: { readonly file: string; readonly names: readonly string[] },
): ModelInfo[] {
  const { file, names } = options;
  const list = parseJson(bytes, { file });
  if (!Array.isArray(list)) throw new DataError('Must be a JSON list.', { file });
  if (list.length !== names.length) {
    throw new DataError(`Has ${list.length} models, but the config names ${names.length}.`, {
      file,
    });
  }
  return list.map((item: unknown, index) => {
    const fields = new JsonFields(item, { file, row: index + 1 });
    const name = fields.string('name');
    if (name !== names[index]) {
      throw new DataError(
        `Is ${JSON.stringify(name)}, but the config has ${JSON.stringify(names[index])} here.`,
        fields.location('name'),
      );
    }
    return {
      ...fields.all(),
      name,
      ...(fields.has('family') && { family: fields.string('family') }),
      ...Object.fromEntries([
        ...AMOUNTS.filter((key) => fields.has(key)).map((key) => [key, fields.amount(key)]),
        ...LISTS.filter((key) => fields.has(key)).map((key) => [key, fields.strings(key)]),
      ]),
      ...(fields.has('metadata') && { metadata: fields.record('metadata') }),
    };
  });
}
