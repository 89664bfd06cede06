import type { ClusterSettings, RedisSettings } from '@embedllm/cluster';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import type { ClusterOptions } from './cluster-options.js';
import { isAddress } from './is-address.js';
import { readInput } from './read-input.js';

/**
 * Where Redis is, of options, environment and configuration file.
 *
 * @throws UsageError when it is not said.
 */
export async function redisSettings(
  context: Context,
  { cluster, clusterCa }: ClusterOptions,
): Promise<RedisSettings> {
  const redis =
    (cluster === true ? undefined : cluster) ?? context.io.env.EMBEDLLM_CLUSTER ?? context.redis;
  if (redis === undefined)
    throw new UsageError(
      missing('the address of Redis', '--cluster redis://HOST:6379', 'EMBEDLLM_CLUSTER'),
    );
  if (clusterCa === undefined) return { redis };
  const ca = Buffer.from(await readInput(context.path(clusterCa), context.signal));
  return { redis, tls: { ca } };
}

/**
 * Where a cluster meets, of options and environment.
 *
 * @throws UsageError when Redis or the storage is not said.
 */
export async function clusterSettings(
  context: Context,
  options: ClusterOptions,
): Promise<ClusterSettings> {
  const address = options.storage ?? context.io.env.EMBEDLLM_STORAGE;
  const redis = await redisSettings(context, options);
  if (address === undefined)
    throw new UsageError(
      missing(
        'the storage of the cluster',
        '--storage s3://BUCKET/PREFIX (or a folder that all machines see)',
        'EMBEDLLM_STORAGE',
      ),
    );
  const { openObjectStore } = await import('@embedllm/cluster/storage');
  const onNotice = (text: string): void => context.warn(text);
  const place = isAddress(address) ? address : context.path(address);
  const storage = await openObjectStore(place, { onNotice });
  return { ...redis, storage, signal: context.signal, onNotice };
}

function missing(what: string, flag: string, variable: string): string {
  return `This needs ${what}. Pass ${flag}, or set ${variable}.`;
}
