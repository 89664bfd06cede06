import { checkNumber, checkObject } from '@embedllm/internals';
import { formatUsd } from './format.js';
import type { Constraint } from './policy.js';

/** Options of `withinBudget`. */
export interface WithinBudgetOptions {
  /** The most that one answer may be expected to cost, in US dollars, from 0. */
  readonly maxCostUsd: number;
  /** Whether models of unknown price may answer. @default false */
  readonly admitUnknown?: boolean | undefined;
}

/**
 * Only models whose expected cost stays within a budget for this request.
 *
 * @throws EmbedLLMError `invalid-argument` on a negative budget.
 */
export function withinBudget(options: WithinBudgetOptions): Constraint {
  const { maxCostUsd, admitUnknown = false } = checkObject('options', options);
  checkNumber('maxCostUsd', maxCostUsd, { min: 0 });
  return {
    kind: 'constraint',
    name: `at most ${formatUsd(maxCostUsd)} a request`,
    needs: ['cost'],
    admits: ({ costsUsd }, model) => {
      const cost = costsUsd[model]!;
      return Number.isNaN(cost) ? admitUnknown : cost <= maxCostUsd;
    },
  };
}
