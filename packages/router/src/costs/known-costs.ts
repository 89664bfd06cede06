import { EmbedLLMError } from '@embedllm/core';
import type { PolicyRequest } from '../policies/policy.js';

/**
 * Which models come last because what they cost is unknown, as a sentence for a reason; empty
 * where all costs are known.
 *
 * @throws EmbedLLMError `invalid-argument` where there is a choice and no cost is known to make it.
 */
export function unknownCosts(
  { models, costsUsd }: PolicyRequest,
  admitted: readonly number[],
): string {
  const unknown = admitted.filter((model) => Number.isNaN(costsUsd[model]));
  if (unknown.length === 0 || admitted.length === 1) return '';
  const names = unknown.map((model) => models[model]?.name).join(', ');
  if (unknown.length < admitted.length)
    return ` Ranked last because their cost is unknown: ${names}.`;
  throw new EmbedLLMError(
    `The policy needs costs, but the price or answer length of ${names} is unknown. Set pricePerMillionOutputTokens and meanOutputTokens.`,
    { code: 'invalid-argument' },
  );
}
