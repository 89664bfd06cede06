import type { AnswerOutcome } from './outcome.js';

/**
 * Carries outcomes between the gateways or processes that serve the same models, so that all of them learn
 * from each.
 */
export interface OutcomeStream {
  /**
   * Whether it keeps outcomes and gives them in one order to all: then each listener hears all of them from
   * the first, also those that this gateway publishes, so that whoever learns from it comes to the same
   * state. @default false
   */
  readonly isOrdered?: boolean | undefined;
  /**
   * Passes on an outcome that this gateway took from a trusted key. It has learned it already, unless the
   * stream is ordered.
   */
  publish(outcome: AnswerOutcome): void | Promise<void>;
  /**
   * Calls the listener with outcomes that others took, or with all where the stream is ordered.
   *
   * @returns what ends that.
   */
  subscribe(listener: (outcome: AnswerOutcome) => void): () => void;
}
