import { openRedisLimitStore, type RedisLimitStore } from '@embedllm/cluster/gateway';
import { redisSettings } from '../../inputs/cluster-settings.js';
import type { Context } from '../../program/context.js';
import type { ServeOptions } from './options.js';

/** The limits of keys that replicas of the gateway share. */
export async function openSharedLimits(
  context: Context,
  { cluster, clusterCa }: ServeOptions,
): Promise<RedisLimitStore> {
  const url = cluster === true ? undefined : cluster;
  return openRedisLimitStore({
    ...(await redisSettings(context, { cluster: url, clusterCa })),
    onOutage: ({ isAway }) => {
      if (!isAway) context.note('Redis is back: limits of keys are shared again.');
      else context.warn('Redis does not answer: keys may use what is in hand, and an allowance.');
    },
  });
}
