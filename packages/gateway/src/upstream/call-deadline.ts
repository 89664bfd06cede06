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
    super(`The client has not read on for ${ms} ms.`);
    this.name = 'SlowClientError';
  }
}

/** A step of a call with a timeout of its own. */
type Step = 'firstByteMs' | 'firstTokenMs' | 'idleMs';

/** Aborts a call when one of its timeouts passes, or when the request it belongs to is aborted. */
export class CallDeadline {
  readonly #controller = new AbortController();
  readonly #limits: CallLimits;
  readonly #request: AbortSignal;
  /** Until the client has an answer, or the first token of one. */
  readonly #answer: ReturnType<typeof setTimeout>;
  #total: ReturnType<typeof setTimeout> | undefined;
  #totalLeftMs: number;
  #totalSince = 0;
  #step: ReturnType<typeof setTimeout> | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#request.reason);

  constructor(limits: CallLimits, request: AbortSignal) {
    this.#limits = limits;
    this.#request = request;
    this.#totalLeftMs = limits.timeouts.totalMs;
    this.#answer = setTimeout(() => this.#controller.abort(outOfTime()), limits.answerMs);
    this.#runTotal();
    request.addEventListener('abort', this.#onAbort, { once: true });
    if (request.aborted) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for the next step of the call; a step that is awaited already begins anew. */
  expect(step: Step): void {
    clearTimeout(this.#step);
    this.#step = setTimeout(() => this.#expire(step), this.#limits.timeouts[step]);
    this.#runTotal();
  }

  /** The client has a part of its answer: what remains of the request's time no longer counts. */
  isAnswered(): void {
    clearTimeout(this.#answer);
  }

  /** While the client takes its time, the upstream is not to blame. Ends with `expect`. */
  waitForClient(): void {
    const { writeTimeoutMs } = this.#limits;
    clearTimeout(this.#step);
    clearTimeout(this.#total);
    if (this.#total !== undefined) this.#totalLeftMs -= performance.now() - this.#totalSince;
    this.#total = undefined;
    this.#step = setTimeout(
      () => this.#controller.abort(new SlowClientError(writeTimeoutMs)),
      writeTimeoutMs,
    );
  }

  /** No timeout can pass any more. */
  stop(): void {
    clearTimeout(this.#answer);
    clearTimeout(this.#total);
    clearTimeout(this.#step);
    this.#request.removeEventListener('abort', this.#onAbort);
  }

  /** Lets go of the connection. */
  abandon(): void {
    this.#controller.abort();
  }

  /** What an error of the call means: an abort, a timeout, or a broken connection. */
  explain(error: unknown): unknown {
    if (error instanceof UpstreamFailure) return error;
    if (this.#request.aborted) return this.#request.reason;
    const { reason } = this.signal;
    if (reason instanceof UpstreamFailure || reason instanceof SlowClientError) return reason;
    if (isConnectTimeout(error)) return this.#failure('connectMs');
    return new UpstreamFailure('network', 'The connection to the upstream failed.', {
      canRetry: true,
      isOutage: true,
      cause: error,
    });
  }

  #runTotal(): void {
    if (this.#total !== undefined) return;
    this.#totalSince = performance.now();
    this.#total = setTimeout(() => this.#expire('totalMs'), Math.max(0, this.#totalLeftMs));
  }

  #expire(step: Step | 'totalMs'): void {
    this.#controller.abort(this.#failure(step));
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
    'No answer came within limits.requestMs, all attempts together.',
  );
}

/** As undici reports it. */
function isConnectTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT') || isConnectTimeout(error.cause))
  );
}
