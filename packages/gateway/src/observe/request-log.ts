import type { RouteDecision } from '@embedllm/router';
import type { SessionChoice } from '../session/session-choice.js';

/** A call of an upstream that gave no answer. */
export interface FailedAttempt {
  readonly model: string;
  readonly upstream: string;
  /** Why, as in the label `outcome` of the metrics. */
  readonly reason: string;
  /** The upstream's status, where it gave one. */
  readonly status?: number | undefined;
}

/** A model that a cascade asked. */
export interface AskedModel extends Partial<Omit<RequestSpending, 'baselineUsd'>> {
  readonly model: string;
  /** Whether it answered, failed, or was stopped because its answer no longer mattered. */
  readonly outcome: 'answered' | 'failed' | 'stopped';
  /** Calls of its upstream, repeated ones included. */
  readonly attempts: number;
}

/** How a request to one of `routing.cascades` came to its answer. */
export interface CascadeRecord {
  /**
   * Whether the models that were asked first agreed, disagreed, or too many of them failed; `direct` where the
   * better model alone was asked, as with tools.
   */
  readonly outcome: 'agreed' | 'disagreed' | 'failed' | 'direct';
  /** Every model that was asked, with what that came to. */
  readonly calls: readonly AskedModel[];
}

/** Tokens and dollars of all calls that were made for a request. */
export interface RequestSpending {
  /** Tokens read, with those that were cached, and those that were written into a cache, some of them for an hour. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheWriteHourTokens: number;
  /** Tokens written, reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** US dollars; missing where the price of a model is not known. */
  readonly costUsd?: number | undefined;
  /** US dollars that the same answer would cost from `routing.baseline`. */
  readonly baselineUsd?: number | undefined;
  /** Whether a part is estimated, because an answer broke off or came without `usage`. */
  readonly isEstimated?: boolean | undefined;
}

/** One answered request, for an access log. Holds no text of a question or an answer. */
export interface RequestLog extends Partial<RequestSpending> {
  readonly requestId: string;
  /** The name of the client's key. */
  readonly client: string | undefined;
  readonly method: string;
  readonly route: string;
  /** 499 where the client went away. */
  readonly status: number;
  readonly durationMs: number;
  /**
   * From the request until the first byte of its answer was on its way; of a stream, its first token,
   * whatever heartbeats went before.
   */
  readonly firstByteMs?: number | undefined;
  /** The model that the client asked for, where it is one that the gateway serves. */
  readonly asked?: string | undefined;
  /** What the requests of one session have in common, where sessions stay with their models. */
  readonly session?: string | undefined;
  /**
   * What became of its session: it begins (`begin`), is routed again (`route`), stays with its model (`stay`),
   * leaves it (`switch`), or is stuck and gets a stronger one (`escalate`).
   */
  readonly sessionChoice?: SessionChoice | undefined;
  /** How it came about that this model answered, where a cascade was asked for. */
  readonly cascade?: CascadeRecord | undefined;
  /** The model that answered. */
  readonly model: string | undefined;
  /** The model that the router put first, where it was asked. */
  readonly chosen?: string | undefined;
  /** Whether the router decided without acting (`routing.shadow`). */
  readonly shadow?: boolean | undefined;
  /** Of the answer of a second model (`routing.shadow.ask`): the request that its client made. */
  readonly shadowOf?: string | undefined;
  /** The share of requests for which that model is asked. */
  readonly shadowShare?: number | undefined;
  /** Whether both were asked the logged question alone, without instructions, earlier turns and settings. */
  readonly promptOnly?: boolean | undefined;
  /** Why, in one sentence. */
  readonly reason?: string | undefined;
  /** Names of the parts of the policy that decided. */
  readonly policy?: string | undefined;
  /** How familiar the question is to the training data, from 0 to 1. */
  readonly familiarity?: number | undefined;
  /** The probability that the router gave the model that answered. */
  readonly probability?: number | undefined;
  /** US dollars that routing saved against `routing.baseline`; negative where it cost more. */
  readonly savedUsd?: number | undefined;
  /** Why the answer ended, by choice, such as `stop` or `length`. */
  readonly finishReasons?: readonly string[] | undefined;
  readonly attempts: number | undefined;
  /** The answer is one that the same `Idempotency-Key` had before. */
  readonly isRepeated?: boolean | undefined;
  /** The calls that gave no answer, in order. */
  readonly failures?: readonly FailedAttempt[] | undefined;
  /** The stable code of the error that the client got. */
  readonly code?: string | undefined;
  /** What went wrong inside the gateway, for status 500. */
  readonly error?: unknown;
}

/** What becomes known of a request on its way. */
export interface RequestNotes {
  client?: string | undefined;
  asked?: string | undefined;
  session?: string | undefined;
  sessionChoice?: SessionChoice | undefined;
  cascade?: CascadeRecord | undefined;
  model?: string | undefined;
  shadow?: boolean | undefined;
  decision?: RouteDecision | undefined;
  /** Kept where a log of decisions wants it. */
  question?: string | undefined;
  finishReasons?: readonly string[] | undefined;
  attempts?: number | undefined;
  code?: string | undefined;
  error?: unknown;
  spending?: RequestSpending | undefined;
  isRepeated?: boolean | undefined;
  /** A stream ended without being whole; not for the log, which has the failure. */
  isBrokenOff?: boolean | undefined;
  /** Where it came from, as far as known; not for the log. */
  address?: string | undefined;
  readonly failures: FailedAttempt[];
}
