import type { RouteDecision } from '@embedllm/router';
import type { AnswerOutcome, PostedOutcome } from '../outcomes/outcome.js';
import type { RequestLog } from './request-log.js';

/** A request that came to a model, with the text that it was about. */
export interface LoggedDecision {
  readonly log: RequestLog;
  /** The text of the client's question; empty where it has none. */
  readonly question: string;
  /** What the router said, where it was asked. */
  readonly decision: RouteDecision | undefined;
  /** The text of an answer in shadow, as far as it has one. */
  readonly answer?: string | undefined;
}

/** Keeps decisions, and how good their answers were, for training and evaluation. */
export interface DecisionLog {
  /** Whether it keeps anything at present. */
  readonly isOn: boolean;
  /** Adds a decision to the log. */
  note(decision: LoggedDecision): void;
  /**
   * Adds how good an answer was. What the same key and source said before of the same answer is not added
   * again.
   *
   * @returns the outcome with its answer; `undefined` where that is not known to the log, or not this client's
   * to judge.
   */
  judge(outcome: PostedOutcome): AnswerOutcome | undefined | Promise<AnswerOutcome | undefined>;
}
