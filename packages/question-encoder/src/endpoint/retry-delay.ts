/**
 * Wait before a retry without `Retry-After`: exponential, with the upper half of it random, so that
 * clients that failed together do not come back together.
 *
 * @param attempt - Retries before this one.
 */
export function backOffMs(attempt: number, firstMs: number, longestMs: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** attempt);
  // When to ask again has no say in results, so that it needs no seed.
  return full * (0.5 + 0.5 * Math.random());
}

/**
 * Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @returns milliseconds from now; undefined where the header is missing or says nothing.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text) * 1000;
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Waits; rejects with the signal's reason as soon as it aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
