import { checkNumber, checkObject, percent } from '@embedllm/internals';
import type { Redirection } from './policy.js';

/** Options of `whenUnfamiliar`. */
export interface WhenUnfamiliarOptions {
  /**
   * Questions less familiar than this share of the held-out training questions are redirected,
   * from 0 to 1: 0.01 catches what is stranger than 99% of them.
   */
  readonly below: number;
  /**
   * The model that takes them: its name, or `single-best` for the one that was best on the
   * training questions without looking at them.
   *
   * @default 'single-best'
   */
  readonly use?: string | undefined;
}

/**
 * Sends questions that training never saw the like of to one model, if it meets all constraints;
 * the policy's objective decides about all others, and about who is next.
 *
 * Refused by a router whose artifact does not say how familiar questions are, which single model
 * is best, or has no model of the name.
 *
 * @throws EmbedLLMError `invalid-argument` on a share outside of 0 to 1.
 * @example
 * const policy = [whenUnfamiliar({ below: 0.01 }), cheapestAbove({ floor: 0.8 })];
 */
export function whenUnfamiliar(options: WhenUnfamiliarOptions): Redirection {
  const { below, use = 'single-best' } = checkObject('options', options);
  checkNumber('below', below, { min: 0, max: 1 });
  return {
    kind: 'redirection',
    name: `${use} when less than ${percent(below)} familiar`,
    use,
    redirects: ({ familiarity = 1 }) => familiarity < below,
  };
}
