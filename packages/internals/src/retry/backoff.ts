/** How long to wait between attempts, in milliseconds. */
export interface Backoff {
  /** The bound before the first retry; it doubles with each further one. */
  readonly firstMs: number;
  /** What the bound never passes. */
  readonly longestMs: number;
  /**
   * The share of the bound that is random, over 0 to 1, so that clients that failed together do not
   * come back together. 1 is full jitter, 0.5 equal jitter.
   *
   * @default 1
   */
  readonly jitter?: number | undefined;
  /** Uniform over [0, 1). @default Math.random, because delays decide no result */
  readonly random?: (() => number) | undefined;
}

/**
 * The delay before a retry: exponential backoff with jitter (Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015).
 *
 * @param retry - 1 before the first retry.
 * @returns milliseconds.
 */
export function backoffMs(
  retry: number,
  { firstMs, longestMs, jitter = 1, random = Math.random }: Backoff,
): number {
  const bound = Math.min(longestMs, firstMs * 2 ** (retry - 1));
  return bound * (1 - jitter + jitter * random());
}
