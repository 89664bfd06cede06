import { checkNumber, checkObject, percent } from '@embedllm/internals';
import { unknownCosts } from '../costs/known-costs.js';
import { formatUsd } from './format.js';
import type { Objective, PolicyRequest, Preference } from './policy.js';

/** Options of `utility`. */
export interface UtilityOptions {
  /**
   * λ: how much probability of a correct answer one US dollar is worth, from 0. At 100 a model may
   * cost a cent more for each whole percent × 100 of probability, that is $0.0001 for each percent.
   */
  readonly lambda: number;
}

/**
 * The largest quality minus λ x cost: P(correct) - λ · expected dollars. Models of unknown cost
 * come last, and the reason names them; where no cost is known the decision is refused. λ = 0 is
 * best quality.
 *
 * @throws EmbedLLMError `invalid-argument` on a λ that is negative or not finite.
 */
export function utility(options: UtilityOptions): Objective {
  const { lambda } = checkObject('options', options);
  checkNumber('lambda', lambda, { min: 0 });
  return {
    kind: 'objective',
    name: `utility at ${lambda} per dollar`,
    prefer: (request, admitted) => preferUtility(request, lambda, admitted),
  };
}

/** Orders by P(correct) - λ · cost; unknown costs last unless λ is 0. */
export function preferUtility(
  request: PolicyRequest,
  lambda: number,
  admitted: readonly number[],
): Preference {
  const { models, probabilities, costsUsd } = request;
  const note = lambda === 0 ? '' : unknownCosts(request, admitted);
  const value = (model: number): number => {
    if (lambda === 0) return probabilities[model]!;
    const cost = costsUsd[model]!;
    return Number.isNaN(cost) ? -Number.MAX_VALUE : probabilities[model]! - lambda * cost;
  };
  return {
    compare: (a, b) => value(b) - value(a),
    explain: (chosen) =>
      `${models[chosen]?.name} is ${percent(probabilities[chosen]!)} likely to answer correctly for ${formatUsd(costsUsd[chosen]!)}, the best balance at ${Number(lambda.toPrecision(3))} per dollar.${note}`,
  };
}
