import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from './hub-error.js';
import type { HubSettings } from './hub-settings.js';

/** Longest wait between two tries that is chosen here. */
const MAX_DELAY_MS: number = 30_000;
/** Longest wait that a server may ask for. */
const MAX_RETRY_AFTER_MS: number = 5 * 60_000;

/** An attempt tells whether it got somewhere before it failed. */
export interface Attempt {
  progressed: boolean;
}

/**
 * Tries again what may succeed later, waiting longer each time.
 *
 * @throws the last error, the first that trying again cannot help, or the signal's reason.
 */
export async function withRetries<T>(
  settings: Pick<HubSettings, 'retries' | 'retryDelayMs' | 'signal'>,
  action: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { retries, signal } = settings;
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    const attempt: Attempt = { progressed: false };
    try {
      return await action(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubError) || !error.retryable) throw error;
      failures = attempt.progressed ? 1 : failures + 1;
      if (failures > retries) throw error;
      const delay = error.retryAfterMs ?? backOff(settings.retryDelayMs, failures);
      if (delay > MAX_RETRY_AFTER_MS) throw error;
      // The signal's reason is thrown by the check above instead of the timer's own error.
      await sleep(delay, undefined, { signal }).catch(() => {});
    }
  }
}

/**
 * Doubles with each failure; many clients that failed at the same time come back at different
 * ones. This chance decides on no result, so it needs no seed.
 */
function backOff(first: number, failures: number): number {
  const delay = Math.min(first * 2 ** (failures - 1), MAX_DELAY_MS);
  return delay * (1 - Math.random() / 2);
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
