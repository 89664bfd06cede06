import { backoffMs, sleep } from '@embedllm/internals';
import { HubError } from './hub-error.js';
import type { HubSettings } from './hub-settings.js';

/** Longest wait between two tries that is chosen here. */
const LONGEST_DELAY_MS: number = 30_000;
/** Longest wait that a server may ask for. */
const MAX_RETRY_AFTER_MS: number = 5 * 60_000;

/** An attempt says whether it got somewhere before it failed. */
export interface Attempt {
  progressed: boolean;
}

/**
 * Tries again what may succeed later, waiting longer each time.
 *
 * @throws the last error, the first that trying again cannot help, or the signal's reason.
 */
export async function withRetries<T>(
  settings: Pick<HubSettings, 'maxRetries' | 'retryDelayMs' | 'signal'>,
  action: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { maxRetries, signal } = settings;
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    const attempt: Attempt = { progressed: false };
    try {
      return await action(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubError) || !error.retryable) throw error;
      failures = attempt.progressed ? 1 : failures + 1;
      if (failures > maxRetries) throw error;
      const backoff = {
        firstMs: settings.retryDelayMs,
        longestMs: LONGEST_DELAY_MS,
        jitter: 0.5,
      };
      const delay = error.retryAfterMs ?? backoffMs(failures, backoff);
      if (delay > MAX_RETRY_AFTER_MS) throw error;
      await sleep(delay, signal);
    }
  }
}
