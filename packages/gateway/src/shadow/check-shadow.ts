import { DataError } from '@embedllm/core';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { ModelFacts } from '../costs/model-facts.js';

/**
 * A budget of dollars needs the price of what they are spent on.
 *
 * @throws DataError where the price of the model that is asked in shadow is not known.
 */
export function checkShadow(
  { routing }: GatewayConfiguration,
  facts: ReadonlyMap<string, ModelFacts>,
): void {
  const model = routing.shadow?.ask?.model;
  if (model === undefined || facts.get(model)?.price) return;
  const message = `The price of ${model} is not known. Set models.${model}.pricePerMillionInputTokens and pricePerMillionOutputTokens, 0 for a free one.`;
  throw new DataError(message, { field: 'routing.shadow.ask.model' });
}
