/** How many calls may run and wait at once. */
export interface ConcurrencySettings {
  /** Running calls, from 1. */
  readonly concurrency: number;
  /** Calls that wait for one of them to end, from 0. */
  readonly queue: number;
  /** The longest wait, in milliseconds. */
  readonly queueTimeoutMs: number;
}
