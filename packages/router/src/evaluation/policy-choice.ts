import { EmbedLLMError } from '@embedllm/core';
import type { Policy, PolicyRequest } from '../policies/policy.js';
import { rankModels } from '../policies/rank.js';
import { resolvePolicy } from '../policies/resolve-policy.js';

/**
 * The model that a policy chooses, without its exploration: for judging it on requests whose probabilities
 * and costs are known, such as those of a log.
 *
 * @param request - All lists of length M; `logits` may be those of the probabilities.
 * @returns the index of the model; -1 where none meets the constraints.
 * @throws EmbedLLMError `invalid-argument` on a malformed policy or a request without models.
 */
export function policyChoice(policy: Policy, request: PolicyRequest): number {
  const { objective, constraints, redirection } = resolvePolicy(policy);
  const { models } = request;
  if (models.length === 0) {
    throw new EmbedLLMError('There is no model to choose.', { code: 'invalid-argument' });
  }
  const admitted = [...models.keys()].filter((model) =>
    constraints.every((rule) => rule.admits(request, model)),
  );
  if (admitted.length === 0) return -1;
  if (redirection?.redirects(request) === true) {
    const target = models.findIndex(({ name }) => name === redirection.use);
    if (admitted.includes(target)) return target;
  }
  const { compare } = objective.prefer(request, admitted);
  return rankModels(admitted, request.logits, compare, 1)[0] ?? -1;
}
