import type { PolicyRequest, Preference } from './policy.js';
import { rankModels } from './rank.js';
import type { ResolvedPolicy } from './resolve-policy.js';

/** What a policy chooses from. */
export interface Candidates {
  readonly policy: ResolvedPolicy;
  /** Indices of the models to choose from, ascending. */
  readonly among: readonly number[];
  /** The model that the policy redirects to; -1 without one. */
  readonly target: number;
}

/** The order of a policy for one question, before any exploration. */
export interface RankedCandidates {
  /** Indices of models, best first; empty where none meets all constraints. */
  readonly ranked: number[];
  /** `undefined` where no model meets all constraints. */
  readonly preference: Preference | undefined;
  /** The model that takes this question because it is unfamiliar; -1 where none does. */
  readonly target: number;
}

/** The first `count` models in the order of a policy. */
export function rankCandidates(
  request: PolicyRequest,
  { policy, among, target }: Candidates,
  count: number,
): RankedCandidates {
  const { objective, constraints, redirection } = policy;
  const admitted =
    constraints.length === 0
      ? among
      : among.filter((model) => constraints.every((rule) => rule.admits(request, model)));
  if (admitted.length === 0) return { ranked: [], preference: undefined, target: -1 };
  const preference = objective.prefer(request, admitted);
  const first = redirection?.redirects(request) === true ? target : -1;
  const compare = (a: number, b: number): number =>
    Number(b === first) - Number(a === first) || preference.compare(a, b);
  return {
    ranked: rankModels(admitted, request.logits, compare, count),
    preference,
    target: first,
  };
}
