import type { AnswerOutcome } from './outcome.js';

/**
 * Carries outcomes between the gateways or processes that serve the same models, so that all of them learn
 * from each.
 */
export interface OutcomeStream {
  /** Passes on an outcome that this gateway took from a trusted key. It has learnt it already. */
  publish(outcome: AnswerOutcome): void | Promise<void>;
  /**
   * Calls the listener with outcomes that others took.
   *
   * @returns what ends that.
   */
  subscribe(listener: (outcome: AnswerOutcome) => void): () => void;
}
