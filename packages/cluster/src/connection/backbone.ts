import type * as BullMQ from 'bullmq';
import type { Redis } from 'ioredis';
import { version } from '../../package.json';
import { loadPeer } from '../load-peer.js';
import type { ObjectStore } from '../storage/object-store.js';
import { connectRedis, type RedisSettings } from './connect-redis.js';

/** Where a cluster meets. */
export interface ClusterSettings extends RedisSettings {
  /** Objects that all machines see. */
  readonly storage: ObjectStore;
  /** Tells clusters on the same Redis apart. @default 'embedllm' */
  readonly name?: string | undefined;
  /** Stops connecting. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with messages about what jobs wait for, such as workers, and about leftovers of earlier
   * runs.
   *
   * @default nothing
   */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** The connections of a process, and what queues are named. */
export interface Backbone {
  readonly redis: Redis;
  readonly storage: ObjectStore;
  readonly bullmq: typeof BullMQ;
  /** Of the keys that all versions share. */
  readonly name: string;
  /** Of queues: those of another version are others, so that no worker gets a job it misreads. */
  readonly prefix: string;
  readonly onNotice: (text: string) => void;
  /** Disconnects, also what BullMQ did not close because Redis is away. */
  readonly disconnect: () => void;
}

/** This package's version. */
export const VERSION: string = version;

/** @throws EmbedLLMError as `connectRedis`; `missing-dependency` without BullMQ. */
export async function openBackbone(settings: ClusterSettings): Promise<Backbone> {
  const { storage, name = 'embedllm', onNotice = () => {} } = settings;
  const bullmq = await loadPeer('bullmq ioredis', 'A cluster', () => import('bullmq'));
  const redis = await connectRedis(settings);
  // BullMQ blocks on copies, and gives up none that is not connected.
  const copies = new Set<Redis>();
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const copy = duplicate(override);
    copies.add(copy.once('end', () => copies.delete(copy)));
    return copy;
  };
  const disconnect = (): void => {
    for (const each of [redis, ...copies]) each.disconnect();
  };
  return { redis, storage, bullmq, name, prefix: `${name}:${VERSION}`, onNotice, disconnect };
}
