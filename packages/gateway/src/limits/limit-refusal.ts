import type { Windowed } from '../configuration/key-limits.js';
import { NANODOLLARS } from '../costs/model-price.js';
import { ApiError } from '../http/api-error.js';
import type { LimitCount } from './limit-store.js';

/** A limit of a key, what was asked of it, and where its counter stands. */
export interface LimitStand extends LimitCount {
  readonly resource: Windowed;
  readonly limit: number;
  /** What the request needs. */
  readonly amount: number;
}

/** What remains of a limit, reservations taken off. */
export function remainingOf({ limit, used, reserved }: LimitStand): number {
  return Math.max(0, limit - used - reserved);
}

/** How long to wait where only running requests stand in the way. */
const RUNNING_MS = 1000;

const NOUNS: Readonly<Record<Windowed, string>> = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  dollars: '',
};

/**
 * The refusal of a request that a limit does not allow. A rate is 429, with `Retry-After`; a request
 * that no window could hold is 400. A budget that is spent is 402, which clients do not repeat; where
 * it is only set aside for requests that run, it is 429.
 */
export function limitRefusal(key: string, stand: LimitStand): ApiError {
  const { resource, window, limit, used, reserved, amount, resetMs } = stand;
  const setting = `limits.${resource}.${window} of the key ${key}`;
  const show = (value: number): string => amountText(resource, value);
  const isRunning = reserved > 0 && used + amount <= limit;
  const retryAfterMs = isRunning ? Math.min(RUNNING_MS, resetMs) : resetMs;
  const inUse = isRunning ? ` and ${show(reserved)} reserved for running requests` : '';
  const state = `${show(used)} of ${show(limit)} per ${window} used${inUse}`;
  const again = `Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  if (resource === 'dollars') {
    const problem = `The budget does not cover this request, which may cost ${show(amount)}: ${state} (${setting}).`;
    if (isRunning) {
      return new ApiError(429, `${problem} ${again}`, {
        code: 'budget_in_use',
        retryAfterMs,
      });
    }
    const end = new Date(Date.now() + resetMs).toISOString();
    return new ApiError(402, `${problem} The next ${window} begins at ${end}.`, {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    });
  }
  if (amount > limit) {
    const lower = resource === 'inputTokens' ? '' : ' Set a lower `max_tokens`.';
    return new ApiError(
      400,
      `The request may take ${show(amount)}, but the limit is ${show(limit)} per ${window} (${setting}).${lower}`,
      { code: 'request_too_large' },
    );
  }
  const asked = resource === 'requests' ? '' : ` The request may take ${show(amount)}.`;
  return new ApiError(429, `Rate limit reached: ${state} (${setting}).${asked} ${again}`, {
    type: resource === 'requests' ? 'requests' : 'tokens',
    code: 'rate_limit_exceeded',
    retryAfterMs,
  });
}

/** Such as `60 requests` or `$0.25`. */
function amountText(resource: Windowed, value: number): string {
  if (resource !== 'dollars') return `${value} ${NOUNS[resource]}`;
  return `$${Number((value / NANODOLLARS).toPrecision(6))}`;
}
