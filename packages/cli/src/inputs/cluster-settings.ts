import type { ClusterSettings } from '@embedllm/cluster';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import type { ClusterOptions } from './cluster-options.js';
import { readInput } from './read-input.js';

/**
 * Where a cluster meets, of options and environment.
 *
 * @throws UsageError when Redis or the storage is not said.
 */
export async function clusterSettings(
  context: Context,
  options: ClusterOptions,
): Promise<ClusterSettings> {
  const { env } = context.io;
  const redis = options.cluster ?? env.EMBEDLLM_CLUSTER;
  const address = options.storage ?? env.EMBEDLLM_STORAGE;
  if (redis === undefined) throw new UsageError(missing('--cluster', 'EMBEDLLM_CLUSTER'));
  if (address === undefined) throw new UsageError(missing('--storage', 'EMBEDLLM_STORAGE'));
  const { openObjectStore } = await import('@embedllm/cluster/storage');
  const isFolder = !/^[a-z][a-z0-9+.-]+:/i.test(address);
  const storage = await openObjectStore(isFolder ? context.path(address) : address);
  const ca = options.clusterCa;
  if (ca === undefined) return { redis, storage };
  return { redis, storage, tls: { ca: Buffer.from(await readInput(context.path(ca))) } };
}

function missing(flag: string, variable: string): string {
  return `${flag} is missing, and ${variable} is not set.`;
}
