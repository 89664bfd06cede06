import { DataError } from '@embedllm/core';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { ModelFacts } from '../costs/model-facts.js';
import { isMetered } from './key-claims.js';
import { outputBound } from './output-bound.js';

/**
 * Refuses limits that cannot be kept: of dollars where the price of a model is not known, and of
 * tokens and dollars where an answer may have any length.
 *
 * @throws DataError naming the key's field.
 */
export function checkKeys(
  { authentication, models }: GatewayConfiguration,
  facts: ReadonlyMap<string, ModelFacts>,
): void {
  for (const [index, key] of authentication.keys.entries()) {
    const { limits } = key;
    if (!isMetered(limits)) continue;
    for (const name of key.models ?? models.keys()) {
      const known = facts.get(name);
      const isPriced = known?.price !== undefined || Object.keys(limits.dollars).length === 0;
      const fail = (field: string, message: string): never => {
        throw new DataError(`${message} Or remove ${name} from the key's \`models\`.`, {
          field: `authentication.keys[${index}].limits${field}`,
        });
      };
      if (!isPriced) {
        fail(
          '.dollars',
          `The price of ${name} is unknown. Set pricePerMillionInputTokens and pricePerMillionOutputTokens of models.${name} (0 if free).`,
        );
      }
      if (outputBound(key, known?.maxOutputTokens) === undefined) {
        fail(
          '',
          `Answers from ${name} may have any length. Set limits.maxOutputTokens of the key, or maxOutputTokens of models.${name}.`,
        );
      }
    }
  }
}
