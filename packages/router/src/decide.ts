import { EmbedLLMError, type ModelInfo } from '@embedllm/core';
import { percent } from '@embedllm/internals';
import type { RouteCandidate, RouteDecision } from './decision.js';
import type { PolicyRequest } from './policies/policy.js';
import { type Candidates, rankCandidates } from './policies/rank-candidates.js';
import type { ResolvedPolicy } from './policies/resolve-policy.js';

/** How a decision is made. */
export interface Choice extends Candidates {
  /** How many candidates to list, at least 1. */
  readonly top: number;
}

/**
 * Decides for one question.
 *
 * @throws EmbedLLMError `no-candidate` when no model meets all constraints, saying how many each
 * constraint turned away.
 */
export function decide(request: PolicyRequest, choice: Choice): RouteDecision {
  const { policy, among, top } = choice;
  const { exploration, name } = policy;
  const wanted = exploration ? among.length : Math.max(top, 2);
  const { ranked, preference, target } = rankCandidates(request, choice, wanted);
  if (!preference) throw noCandidate(request, policy, among);
  const drawn = exploration?.choose(ranked);
  const position = drawn?.position ?? 0;
  const chosen = ranked[position]!;
  if (position > 0) {
    ranked.splice(position, 1);
    ranked.unshift(chosen);
  }
  const reason =
    position > 0
      ? `${request.models[chosen]?.name} was picked at random, to explore.`
      : chosen === target
        ? `${percent(1 - (request.familiarity ?? 0))} of the training questions are more familiar than this one, so ${request.models[chosen]?.name} is used.`
        : preference.explain(chosen, ranked[1]);
  return {
    ...candidateOf(request, chosen),
    candidates: ranked.slice(0, top).map((model) => candidateOf(request, model)),
    reason,
    policy: name,
    ...(request.familiarity !== undefined && { familiarity: request.familiarity }),
    ...(drawn && { propensity: drawn.propensity, explored: position > 0 }),
  };
}

function candidateOf(request: PolicyRequest, index: number): RouteCandidate {
  const model = request.models[index] as ModelInfo;
  const probability = request.probabilities[index]!;
  const expectedCostUsd = request.costsUsd[index]!;
  return Number.isNaN(expectedCostUsd)
    ? { model, probability }
    : { model, probability, expectedCostUsd };
}

function noCandidate(
  request: PolicyRequest,
  { constraints }: ResolvedPolicy,
  among: readonly number[],
): EmbedLLMError {
  const counts = constraints.map((rule) => {
    const refused = among.filter((model) => !rule.admits(request, model)).length;
    const unknown = (rule.needs ?? []).flatMap((field) => {
      const count = among.filter((model) =>
        field === 'cost'
          ? Number.isNaN(request.costsUsd[model])
          : request.models[model]?.[field] === undefined,
      ).length;
      return count > 0 ? `${field} unknown of ${count}` : [];
    });
    const because = unknown.length > 0 ? ` (${unknown.join(', ')})` : '';
    return `"${rule.name}" excludes ${refused}${because}`;
  });
  const none =
    among.length === 1
      ? 'The only model does not meet'
      : `None of the ${among.length} models meets`;
  return new EmbedLLMError(`${none} all constraints: ${counts.join(', ')}. Relax one of them.`, {
    code: 'no-candidate',
  });
}
