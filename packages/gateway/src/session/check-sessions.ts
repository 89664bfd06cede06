import { DataError } from '@embedllm/core';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { ModelFacts } from '../costs/model-facts.js';

/**
 * What is weighed in sessions must be known before the first of them.
 *
 * @param routable - Names of the models that may be routed to.
 * @throws DataError where the price of a model is not, or where no model reads cached tokens for less.
 */
export function checkSessions(
  { routing }: GatewayConfiguration,
  facts: ReadonlyMap<string, ModelFacts>,
  routable: readonly string[],
): void {
  const { worthUsd } = routing.sessions;
  if (worthUsd === undefined || routable.length === 0) return;
  const field = 'routing.sessions.worthUsd';
  const unknown = routable.find((name) => !facts.get(name)?.price);
  if (unknown !== undefined) {
    const message = `The price of ${unknown} is unknown. Set models.${unknown}.pricePerMillionInputTokens and pricePerMillionOutputTokens.`;
    throw new DataError(message, { field });
  }
  const isDiscounted = routable.some((name) => {
    const price = facts.get(name)?.price;
    return price !== undefined && price.cachedInput < price.input;
  });
  if (isDiscounted) return;
  throw new DataError(
    'No model has a price for cached tokens, which is needed to weigh a switch. Set pricePerMillionCachedInputTokens of the models.',
    { field },
  );
}
