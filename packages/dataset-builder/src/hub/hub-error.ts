import { EmbedLLMError } from '@embedllm/core';

/** Details of a `HubError`. */
export interface HubErrorOptions {
  readonly cause?: unknown;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number | undefined;
  /** Whether trying again may help. @default false */
  readonly retryable?: boolean | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The hub did not answer, refused, or gave something else than it announced. Its code is
 * `http` where it answered with a status, else `io`. */
export class HubError extends EmbedLLMError {
  /** HTTP status of the answer; `undefined` where there was none. */
  readonly status: number | undefined;
  /** Whether trying again may help; it was tried as often as `maxRetries` says. */
  readonly retryable: boolean;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: HubErrorOptions = {}) {
    super(message, { ...options, code: options.status === undefined ? 'io' : 'http' });
    this.name = 'HubError';
    this.status = options.status;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
