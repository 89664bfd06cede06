import { EmbedLLMError } from '@embedllm/core';
import type { Policy, PolicyRequest } from '../policies/policy.js';
import { rankCandidates } from '../policies/rank-candidates.js';
import { resolvePolicy } from '../policies/resolve-policy.js';

/**
 * The model that a policy chooses, without its exploration: for judging it on requests whose
 * probabilities and costs are known, such as those of a log.
 *
 * @param request - All lists of length M; `logits` may be those of the probabilities.
 * @returns the index of the model; -1 where none meets the constraints.
 * @throws EmbedLLMError `invalid-argument` on a malformed policy, a request without models, or a
 * policy that redirects to `single-best`: a request does not say which model that is.
 */
export function policyChoice(policy: Policy, request: PolicyRequest): number {
  const resolved = resolvePolicy(policy);
  const { models } = request;
  if (models.length === 0) {
    throw new EmbedLLMError('There are no models to choose from.', { code: 'invalid-argument' });
  }
  const use = resolved.redirection?.use;
  if (use === 'single-best') {
    throw new EmbedLLMError(
      'Only a router knows which model is the single best. Name the model: whenUnfamiliar({ use }).',
      { code: 'invalid-argument' },
    );
  }
  const target = models.findIndex(({ name }) => name === use);
  const candidates = { policy: resolved, among: [...models.keys()], target };
  return rankCandidates(request, candidates, 1).ranked[0] ?? -1;
}
