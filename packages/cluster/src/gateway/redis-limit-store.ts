import { checkInteger, checkNumber } from '@embedllm/internals';
import type { RedisLimitStore, RedisLimitStoreOptions } from './limit-store-options.js';
import { RedisLink } from './redis-link.js';
import { SlicedLimitStore } from './sliced-limit-store.js';

/**
 * Keeps limits in Redis, for any number of gateways. A replica takes slices of each limit into its
 * memory, ahead of need, and decides there; no two hold the same part of a budget, so that together
 * they never spend more than it. While Redis is away, each replica may use its slices and a small
 * allowance; then requests of keys with limits are refused. The slices of a replica that is killed
 * count as used. Windows go by the clocks of the replicas.
 *
 * @throws EmbedLLMError `missing-dependency` without ioredis, `io` when Redis does not answer.
 */
export async function openRedisLimitStore(
  options: RedisLimitStoreOptions,
): Promise<RedisLimitStore> {
  checkLimitOptions(options);
  return new SlicedLimitStore(options, await RedisLink.open(options));
}

/** @throws EmbedLLMError `invalid-argument` on options out of range. */
export function checkLimitOptions(options: RedisLimitStoreOptions): void {
  const { sliceShare, outageShare, waitMs } = options;
  checkNumber('sliceShare', sliceShare, { above: 0, max: 1, optional: true });
  checkNumber('outageShare', outageShare, { min: 0, max: 1, optional: true });
  checkInteger('waitMs', waitMs, { min: 1, optional: true });
}
