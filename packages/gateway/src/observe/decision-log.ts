import type { RouteDecision } from '@embedllm/router';
import type { RequestLog } from './request-log.js';

/** A request that came to a model, with the text that it was about. */
export interface LoggedDecision {
  readonly log: RequestLog;
  /** The text of the client's question; empty where it has none. */
  readonly question: string;
  /** What the router said, where it was asked. */
  readonly decision: RouteDecision | undefined;
}

/** Somebody's word on an answer. */
export interface Feedback {
  /** The request's id, as the header `x-request-id` of its answer has it. */
  readonly id: string;
  /** How good the answer was, from 0 to 1. */
  readonly correct: number;
  /** The name of the key that says so. */
  readonly client: string | undefined;
  /** Whether this key may judge the answers that other keys got. */
  readonly isAdmin: boolean;
}

/** Keeps decisions, and how good their answers were, for training and evaluation. */
export interface DecisionLog {
  /** Whether it keeps anything at present. */
  readonly isOn: boolean;
  /** Adds a decision to the log. */
  note(decision: LoggedDecision): void;
  /** @returns whether the answer is known to the log, and this client's to judge. */
  judge(feedback: Feedback): boolean | Promise<boolean>;
}
