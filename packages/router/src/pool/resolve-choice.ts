import { checkInteger, checkList, checkNumber, checkObject } from '@embedllm/internals';
import type { Choice } from '../decide.js';
import type { Constraint } from '../policies/policy.js';
import { type ResolvedPolicy, resolvePolicy } from '../policies/resolve-policy.js';
import type { RouteEmbeddingOptions } from '../router-options.js';
import type { RouterPool } from './router-pool.js';

/**
 * What the options of a request make of the router's policy.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown model or a bad option.
 */
export function resolveChoice(
  pool: RouterPool,
  own: ResolvedPolicy,
  options: RouteEmbeddingOptions,
): Choice {
  const { models, top = 5, inputTokens = 0, constraints = [] } = checkObject('options', options);
  checkList('constraints', constraints);
  checkInteger('top', top, { min: 1 });
  checkNumber('inputTokens', inputTokens, { min: 0 });
  const chosen = options.policy === undefined ? own : resolvePolicy(options.policy);
  const policy = constraints.length === 0 ? chosen : narrowed(chosen, constraints);
  return { policy, among: pool.indices(models), top, target: pool.targetOf(policy.redirection) };
}

/** The same policy with further constraints. */
function narrowed(policy: ResolvedPolicy, constraints: readonly Constraint[]): ResolvedPolicy {
  const names = [...constraints.map(({ name }) => name), policy.name];
  return {
    ...policy,
    name: names.join(', '),
    constraints: [...policy.constraints, ...constraints],
  };
}

/** Whether a choice is the largest logit, so that no probabilities and costs are needed. */
export function isArgMax(pool: RouterPool, { policy }: Choice): boolean {
  const { objective, constraints, exploration, redirection } = policy;
  return (
    objective.byProbability === true &&
    constraints.length === 0 &&
    !exploration &&
    !redirection &&
    !pool.isCalibrated
  );
}
