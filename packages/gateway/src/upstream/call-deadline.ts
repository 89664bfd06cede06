import type { TimeoutSettings } from '../configuration/configuration.js';
import { UpstreamFailure } from './upstream-failure.js';

/** Aborts a call when one of its timeouts passes, or when the request it belongs to is aborted. */
export class CallDeadline {
  readonly #controller = new AbortController();
  readonly #timeouts: TimeoutSettings;
  readonly #request: AbortSignal;
  readonly #total: ReturnType<typeof setTimeout>;
  #step: ReturnType<typeof setTimeout> | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#request.reason);

  constructor(timeouts: TimeoutSettings, request: AbortSignal) {
    this.#timeouts = timeouts;
    this.#request = request;
    this.#total = setTimeout(() => this.#expire('totalMs'), timeouts.totalMs);
    request.addEventListener('abort', this.#onAbort, { once: true });
    if (request.aborted) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for the next step of the call; `undefined` when it may take until `totalMs`. */
  expect(step: 'firstTokenMs' | 'idleMs' | undefined): void {
    clearTimeout(this.#step);
    this.#step = step && setTimeout(() => this.#expire(step), this.#timeouts[step]);
  }

  /** No timeout can pass any more. */
  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#step);
    this.#request.removeEventListener('abort', this.#onAbort);
  }

  /** Lets go of the connection. */
  abandon(): void {
    this.#controller.abort();
  }

  /** What an error of the call means: the request's abort, a timeout, or a broken connection. */
  explain(error: unknown): unknown {
    if (error instanceof UpstreamFailure) return error;
    if (this.#request.aborted) return this.#request.reason;
    const { reason } = this.signal;
    if (reason instanceof UpstreamFailure) return reason;
    if (isConnectTimeout(error)) return this.#failure('connectMs');
    return new UpstreamFailure('network', 'The connection to the upstream failed.', {
      canRetry: true,
      isOutage: true,
      cause: error,
    });
  }

  #expire(step: 'totalMs' | 'firstTokenMs' | 'idleMs'): void {
    this.#controller.abort(this.#failure(step));
  }

  #failure(step: keyof TimeoutSettings): UpstreamFailure {
    const message = `The upstream took longer than ${step}: ${this.#timeouts[step]} ms.`;
    return new UpstreamFailure('timeout', message, {
      canRetry: step !== 'totalMs',
      isOutage: true,
    });
  }
}

/** As undici reports it. */
function isConnectTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT') || isConnectTimeout(error.cause))
  );
}
