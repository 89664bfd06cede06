import type { Redis } from 'ioredis';
import { connectRedis, type RedisSettings } from '../connection/connect-redis.js';

/** A connection that only listens, and listens again when it was lost. */
export class RedisChannel {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();

  private constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('message', (channel: string, message: string) => {
      for (const hear of this.#listeners.get(channel) ?? []) hear(message);
    });
  }

  static async open(settings: RedisSettings): Promise<RedisChannel> {
    return new RedisChannel(await connectRedis(settings));
  }

  /** Calls a function with each message. @returns what ends that. */
  listen(channel: string, hear: (message: string) => void): () => void {
    const known = this.#listeners.get(channel);
    const listeners = known ?? new Set();
    listeners.add(hear);
    this.#listeners.set(channel, listeners);
    // Waits for the connection where it is lost.
    if (!known) this.#redis.subscribe(channel).catch(() => {});
    return () => listeners.delete(hear);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
