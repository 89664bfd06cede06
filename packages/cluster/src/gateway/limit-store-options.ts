import type { LimitStore } from '@embedllm/gateway';
import type { RedisSettings } from '../connection/connect-redis.js';

/** What `openRedisLimitStore` takes. */
export interface RedisLimitStoreOptions extends RedisSettings {
  /** Tells gateways of different budgets on the same Redis apart. @default 'embedllm' */
  readonly name?: string | undefined;
  /** Share of a limit that a replica takes into its memory at a time, above 0 to 1. @default 0.01 */
  readonly sliceShare?: number | undefined;
  /**
   * Share of a limit that each replica may use in a window while Redis is away, from 0 to 1. All
   * replicas together spend at most so much above the limit.
   *
   * @default 0.001
   */
  readonly outageShare?: number | undefined;
  /** The most that a request waits for Redis, in milliseconds, from 1. @default 50 */
  readonly waitMs?: number | undefined;
  /** Called when Redis stops answering, with the reason, and when it is back. @default nothing */
  readonly onOutage?: ((outage: { isAway: boolean; reason?: unknown }) => void) | undefined;
  /** The present time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Limits and budgets that replicas share. Pass it to gateways as `limitStore`. */
export interface RedisLimitStore extends LimitStore {
  /** Whether Redis did not answer lately. */
  readonly isAway: boolean;
}
