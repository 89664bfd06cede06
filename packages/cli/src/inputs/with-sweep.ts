import { createHash } from 'node:crypto';
import { type ClusterSweep, connectCluster, type SweepOptions } from '@embedllm/cluster';
import type { Context } from '../program/context.js';
import type { ClusterOptions } from './cluster-options.js';
import { clusterSettings } from './cluster-settings.js';

/** Steps of a sweep that are given to workers at a time. */
export const SWEEP_STEPS = 64;

/** Options that say where a cluster is: the same sweep may be resumed by another address. */
const PLACES: readonly string[] = [
  'cluster',
  'clusterCa',
  'storage',
] satisfies (keyof ClusterOptions)[];

/**
 * Works with a sweep on a cluster. What was done of one that was interrupted is taken from storage.
 *
 * @param about - All that decides what is computed.
 */
export async function withSweep<T>(
  context: Context,
  options: ClusterOptions,
  { about, ...settings }: Omit<SweepOptions, 'id'> & { readonly about: readonly unknown[] },
  work: (sweep: ClusterSweep) => Promise<T>,
): Promise<T> {
  const place = await clusterSettings(context, options);
  const cluster = await connectCluster(place);
  const asked = JSON.stringify(about, (key, value: unknown) =>
    PLACES.includes(key) ? undefined : value,
  );
  const hash = createHash('sha256').update(asked).digest('hex');
  const sweep = cluster.sweep({ ...settings, id: hash.slice(0, 16) });
  context.resumeHint = `Finished steps are in ${place.storage.address}; run the same command again to resume.`;
  try {
    const result = await work(sweep);
    await sweep.finish();
    context.resumeHint = undefined;
    return result;
  } finally {
    await sweep.close();
    await cluster.close();
    await place.storage.close();
  }
}
