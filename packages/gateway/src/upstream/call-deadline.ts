import { type Cancellable, Cancellation } from '../cancellation.js';
import type { TimeoutSettings } from '../configuration/configuration.js';
import { UpstreamFailure } from './upstream-failure.js';

/** What a call of an upstream may take. */
export interface CallLimits {
  readonly timeouts: TimeoutSettings;
  /** What is left of the time in which the client's request may be given an answer. */
  readonly answerMs: number;
  /** How long a client may take to read on. */
  readonly writeTimeoutMs: number;
}

/** The client of a stream has not read on for too long. */
export class SlowClientError extends Error {
  constructor(ms: number) {
    super(`The client has not read for ${ms} ms.`);
    this.name = 'SlowClientError';
  }
}

/** A step of a call with a timeout of its own. */
type Step = 'firstByteMs' | 'firstTokenMs' | 'idleMs';

/**
 * Cancels a call when one of its timeouts passes, or when the request it belongs to is cancelled. One timer
 * serves all of them: steps follow each other faster than any of them ends.
 */
export class CallDeadline {
  readonly cancellation: Cancellation = new Cancellation();
  readonly #limits: CallLimits;
  readonly #request: Cancellable;
  /** By when the client has to have an answer, or the first token of one. */
  #answerAt: number;
  /** By when the call has to be over; `undefined` while the client is waited for. */
  #totalAt: number | undefined;
  #totalLeftMs: number;
  #step: Step | 'client' = 'client';
  #stepAt = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = 0;
  #isStopped = false;
  readonly #onAbort = (): void => this.cancellation.abort(this.#request.reason);

  constructor(limits: CallLimits, request: Cancellable) {
    this.#limits = limits;
    this.#request = request;
    this.#answerAt = performance.now() + limits.answerMs;
    this.#totalLeftMs = limits.timeouts.totalMs;
    request.addEventListener('abort', this.#onAbort, { once: true });
    if (request.aborted) this.#onAbort();
    this.#runTotal();
    this.#arm();
  }

  /** Waits for the next step of the call; a step that is awaited already starts over. */
  expect(step: Step): void {
    this.#step = step;
    this.#stepAt = performance.now() + this.#limits.timeouts[step];
    this.#runTotal();
    this.#arm();
  }

  /** The client has a part of its answer: what remains of the request's time no longer counts. */
  isAnswered(): void {
    this.#answerAt = Number.POSITIVE_INFINITY;
  }

  /** While the client takes its time, the upstream is not to blame. Ends with `expect`. */
  waitForClient(): void {
    const now = performance.now();
    if (this.#totalAt !== undefined) this.#totalLeftMs = this.#totalAt - now;
    this.#totalAt = undefined;
    this.#step = 'client';
    this.#stepAt = now + this.#limits.writeTimeoutMs;
    this.#arm();
  }

  /** No timeout can pass any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#request.removeEventListener('abort', this.#onAbort);
  }

  /** Lets go of the connection. */
  abandon(): void {
    this.cancellation.abort();
  }

  /** What an error of the call means: an abort, a timeout, or a broken connection. */
  explain(error: unknown): unknown {
    if (error instanceof UpstreamFailure) return error;
    if (this.#request.aborted) return this.#request.reason;
    const { reason } = this.cancellation;
    if (reason instanceof UpstreamFailure || reason instanceof SlowClientError) return reason;
    if (isConnectTimeout(error)) return this.#failure('connectMs');
    return new UpstreamFailure('network', 'The connection to the upstream failed.', {
      canRetry: true,
      isOutage: true,
      cause: error,
    });
  }

  #runTotal(): void {
    this.#totalAt ??= performance.now() + this.#totalLeftMs;
  }

  /** Sets the timer, unless it looks again in time anyway. */
  #arm(): void {
    if (this.#isStopped) return;
    const { POSITIVE_INFINITY } = Number;
    const due = Math.min(this.#answerAt, this.#totalAt ?? POSITIVE_INFINITY, this.#stepAt);
    if (this.#timer !== undefined && this.#timerAt <= due) return;
    clearTimeout(this.#timer);
    this.#timerAt = due;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, due - performance.now()));
  }

  #look(): void {
    this.#timer = undefined;
    // Timers may be early by less than a millisecond.
    const now = performance.now() + 1;
    const step = this.#step;
    if (now >= this.#stepAt) {
      const { writeTimeoutMs } = this.#limits;
      const isSlow = step === 'client';
      this.cancellation.abort(isSlow ? new SlowClientError(writeTimeoutMs) : this.#failure(step));
    } else if (now >= this.#answerAt) this.cancellation.abort(outOfTime());
    else if (now >= (this.#totalAt ?? Number.POSITIVE_INFINITY)) {
      this.cancellation.abort(this.#failure('totalMs'));
    } else this.#arm();
  }

  #failure(step: keyof TimeoutSettings): UpstreamFailure {
    const message = `The upstream took longer than ${step}: ${this.#limits.timeouts[step]} ms.`;
    // What took too long would do so again, and is billed each time; a connection is not.
    return new UpstreamFailure('timeout', message, {
      canRetry: step === 'connectMs',
      isOutage: true,
    });
  }
}

/** Not the upstream's fault: others may have used up the time before it was asked. */
function outOfTime(): UpstreamFailure {
  return new UpstreamFailure(
    'timeout',
    'No answer within limits.requestMs, all attempts together.',
  );
}

/** As undici reports it. */
function isConnectTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT') || isConnectTimeout(error.cause))
  );
}
