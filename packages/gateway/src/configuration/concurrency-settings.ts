/** How many calls may run, and how many may wait. */
export interface ConcurrencySettings {
  /** Running calls, from 1. */
  readonly concurrency: number;
  /** Calls waiting for a free slot, from 0. */
  readonly queue: number;
  /** The longest wait, in milliseconds. */
  readonly queueTimeoutMs: number;
}
