import { EmbedLLMError } from '@embedllm/core';
import { LimitReachedError } from '../upstream/concurrency-limit.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { ApiError } from './api-error.js';

/** What a client learns about an error; nothing of what it does not know already is given away. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof LimitReachedError) {
    const { retryAfterMs } = error;
    return new ApiError(429, error.message, { code: 'too_many_requests', retryAfterMs });
  }
  if (error instanceof UpstreamFailure) return fromFailure(error);
  if (error instanceof EmbedLLMError && error.code === 'invalid-argument') {
    return new ApiError(400, error.message);
  }
  if (error instanceof EmbedLLMError && error.code === 'no-candidate') {
    return new ApiError(400, error.message, { code: 'no_candidate' });
  }
  return new ApiError(500, 'The gateway failed to answer.', { code: 'internal_error' });
}

function fromFailure(failure: UpstreamFailure): ApiError {
  const { message, reason, retryAfterMs, cause } = failure;
  if (reason === 'limit' && cause instanceof ApiError) return cause;
  switch (reason) {
    case 'rate-limit':
    case 'busy':
      return new ApiError(429, message, {
        code: 'upstream_rate_limit',
        retryAfterMs: retryAfterMs ?? 1000,
      });
    case 'circuit-open':
      return new ApiError(503, message, { code: 'upstream_unavailable', retryAfterMs });
    case 'timeout':
      return new ApiError(504, message, { code: 'upstream_timeout' });
    default:
      return new ApiError(502, message, { code: 'upstream_failed' });
  }
}
