/** Why a call of an upstream gave no answer; a label of the metrics. */
export type FailureReason =
  /** A status that says so. */
  | 'status'
  /** Status 429, or the upstream sent a Retry-After that has not passed yet. */
  | 'rate-limit'
  /** One of the timeouts passed. */
  | 'timeout'
  /** The connection failed or broke off. */
  | 'network'
  /** An answer that is none: no JSON, an error as an answer, too many bytes. */
  | 'broken'
  /** Not called: the circuit breaker is open. */
  | 'circuit-open'
  /** Not called: too many calls run and wait. */
  | 'busy'
  /** Not called: a limit of the client's key does not allow it; the cause says which. */
  | 'limit';

/** Whether a call was made at all. */
export function isMade(reason: FailureReason): boolean {
  return reason !== 'circuit-open' && reason !== 'busy' && reason !== 'limit';
}

/** What else is known of a failure. */
export interface UpstreamFailureOptions {
  readonly status?: number | undefined;
  /** Whether the same call may succeed a moment later. */
  readonly canRetry?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Whether the upstream is to blame, for the circuit breaker. */
  readonly isOutage?: boolean | undefined;
  readonly cause?: unknown;
}

/** A call of an upstream that gave no answer. Its message holds nothing the upstream wrote. */
export class UpstreamFailure extends Error {
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly canRetry: boolean;
  readonly retryAfterMs: number | undefined;
  readonly isOutage: boolean;

  constructor(reason: FailureReason, message: string, options: UpstreamFailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UpstreamFailure';
    this.reason = reason;
    this.status = options.status;
    this.canRetry = options.canRetry ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.isOutage = options.isOutage ?? false;
  }
}
