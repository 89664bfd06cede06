import type { ClientKey } from '../configuration/client-key.js';
import type { ModelFacts } from '../costs/model-facts.js';
import type { ModelRequest } from '../http/model-request.js';

/** The most tokens of a choice for a request that does not say. */
export function outputBound(
  key: ClientKey | undefined,
  maxOutputTokens: number | undefined,
): number | undefined {
  const ofKey = key?.limits.maxOutputTokens;
  if (ofKey === undefined) return maxOutputTokens;
  return Math.min(ofKey, maxOutputTokens ?? ofKey);
}

/** The most tokens that an answer may have, all choices together, as far as known. */
export function mostOutput(
  { maxTokens, choices }: ModelRequest,
  key: ClientKey | undefined,
  { maxOutputTokens }: ModelFacts,
): number | undefined {
  const each = maxTokens ?? outputBound(key, maxOutputTokens);
  return each === undefined ? undefined : each * choices;
}
