import { checkNumber, checkObject, percent } from '@embedllm/internals';
import { unknownCosts } from '../costs/known-costs.js';
import { formatUsd } from './format.js';
import type { Objective, PolicyRequest, Preference } from './policy.js';

/** Options of `cheapestAbove`. */
export interface CheapestAboveOptions {
  /** The least probability of a correct answer, from 0 to 1. */
  readonly floor: number;
}

/**
 * The cheapest model whose probability of a correct answer reaches a floor. Where none does, the
 * most likely one, and the reason says so. Models of unknown cost come last, and the reason names
 * them; where no cost is known the decision is refused.
 *
 * @throws EmbedLLMError `invalid-argument` on a floor outside of 0 to 1.
 */
export function cheapestAbove(options: CheapestAboveOptions): Objective {
  const { floor } = checkObject('options', options);
  checkNumber('floor', floor, { min: 0, max: 1 });
  return {
    kind: 'objective',
    name: `cheapest above ${percent(floor)}`,
    prefer: (request, admitted) =>
      preferCheapestAbove(request, floor, unknownCosts(request, admitted)),
  };
}

/**
 * Models at or above the floor by price (unknown ones last), then the others by probability.
 *
 * @param note - Ends the reason.
 */
export function preferCheapestAbove(
  request: PolicyRequest,
  floor: number,
  note: string,
): Preference {
  const { models, probabilities, costsUsd } = request;
  const price = (model: number): number => {
    const cost = costsUsd[model]!;
    return Number.isNaN(cost) ? Number.MAX_VALUE : cost;
  };
  return {
    compare: (a, b) => {
      const qualityA = probabilities[a]!;
      const qualityB = probabilities[b]!;
      if (qualityA >= floor !== qualityB >= floor) return qualityA >= floor ? -1 : 1;
      return (qualityA >= floor ? price(a) - price(b) : 0) || qualityB - qualityA;
    },
    explain: (chosen) => {
      const quality = probabilities[chosen]!;
      const { name } = models[chosen] ?? { name: '' };
      const cost = costsUsd[chosen]!;
      const likely = `${percent(floor)} likely to answer correctly`;
      const reason =
        quality < floor
          ? `No model is ${likely}; ${name} comes closest with ${percent(quality)}.`
          : `${name} is ${Number.isNaN(cost) ? 'the only one' : `the cheapest at ${formatUsd(cost)}`} of the models that are at least ${likely} (${percent(quality)}).`;
      return reason + note;
    },
  };
}
