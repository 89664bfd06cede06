import type { RetrySettings } from '../configuration/configuration.js';

/**
 * A random delay before a retry: exponential back-off with full jitter, uniform over
 * [0, min(maxDelay, baseDelay 2^(retry - 1))] (Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015).
 *
 * @param retry - 1 before the first retry.
 * @param random - Uniform over [0, 1).
 * @returns milliseconds.
 */
export function backoffMs(settings: RetrySettings, retry: number, random: () => number): number {
  return random() * Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (retry - 1));
}

/** @throws the signal's reason when it is aborted first. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Milliseconds of a `Retry-After` header: seconds or a date (RFC 9110, section 10.2.3).
 *
 * @returns `undefined` where there is none, or none that makes sense.
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  if (header === null || header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
