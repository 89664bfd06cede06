import type { Windowed } from '../configuration/key-limits.js';
import { NANODOLLARS } from '../costs/model-price.js';
import { type LimitStand, remainingOf } from './limit-refusal.js';

/** What OpenAI's headers name; dollars are ours. */
const SHOWN: readonly Windowed[] = ['requests', 'tokens', 'dollars'];

/** All that may be sent. */
export const RATE_LIMIT_HEADERS: readonly string[] = SHOWN.flatMap((resource) =>
  ['limit', 'remaining', 'reset'].map((what) => `x-ratelimit-${what}-${resource}`),
);

/**
 * `x-ratelimit-limit-requests`, `-remaining-requests` and `-reset-requests`, the same of `tokens`, as
 * OpenAI sends them, and of `dollars`: each of the window with the smallest share left.
 */
export function rateLimitHeaders(stands: readonly LimitStand[]): Record<string, string> {
  const headers: [string, string][] = [];
  for (const resource of SHOWN) {
    const tightest = stands
      .filter((stand) => stand.resource === resource)
      .sort((a, b) => shareLeft(a) - shareLeft(b))[0];
    if (!tightest) continue;
    const unit = resource === 'dollars' ? NANODOLLARS : 1;
    headers.push(
      [`x-ratelimit-limit-${resource}`, String(tightest.limit / unit)],
      [`x-ratelimit-remaining-${resource}`, String(remainingOf(tightest) / unit)],
      [`x-ratelimit-reset-${resource}`, durationText(tightest.resetMs)],
    );
  }
  return Object.fromEntries(headers);
}

function shareLeft(stand: LimitStand): number {
  return stand.limit === 0 ? 0 : remainingOf(stand) / stand.limit;
}

/** As OpenAI writes it: `120ms`, `6.5s`, `2m0s`, `3h59m0s`. */
function durationText(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  if (ms < 60_000) return `${Math.ceil(ms / 10) / 100}s`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${seconds % 60}s`;
}
