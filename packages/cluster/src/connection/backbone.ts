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
}

/** This package's version. */
export const VERSION: string = version;

/** @throws EmbedLLMError as `connectRedis`; `missing-dependency` without BullMQ. */
export async function openBackbone(settings: ClusterSettings): Promise<Backbone> {
  const { storage, name = 'embedllm' } = settings;
  const bullmq = await loadPeer('bullmq ioredis', 'A cluster', () => import('bullmq'));
  const redis = await connectRedis(settings);
  return { redis, storage, bullmq, name, prefix: `${name}:${VERSION}` };
}
