import { EmbedLLMError } from '@embedllm/core';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisSettings } from '../connection/connect-redis.js';

/** What a link takes. */
export interface RedisLinkOptions extends RedisSettings {
  readonly waitMs?: number | undefined;
  readonly onOutage?: ((outage: { isAway: boolean; reason?: unknown }) => void) | undefined;
}

/** While Redis is away, it is tried again so often. */
const RETRY_MS = 250;

/** Redis for calls that must not wait: while it is away, they fail at once. */
export class RedisLink {
  readonly #redis: Redis;
  readonly #waitMs: number;
  readonly #onOutage: (outage: { isAway: boolean; reason?: unknown }) => void;
  #isAway = false;
  #triedAt = 0;

  private constructor(redis: Redis, { waitMs = 50, onOutage = () => {} }: RedisLinkOptions) {
    this.#redis = redis;
    this.#waitMs = waitMs;
    this.#onOutage = onOutage;
  }

  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    return new RedisLink(await connectRedis({ ...options, isQueued: false }), options);
  }

  /** When what begins now must not wait any more, in milliseconds of `performance.now()`. */
  deadline(): number {
    return performance.now() + this.#waitMs;
  }

  /** Waits for something that asks Redis until a time. @throws EmbedLLMError `timeout` after it. */
  async until<T>(deadline: number, asking: Promise<T>): Promise<T> {
    // What comes too late is nobody's.
    asking.catch(() => {});
    const text = `Redis did not answer within ${this.#waitMs} ms.`;
    const leftMs = deadline - performance.now();
    // Another timer would take a turn of the loop, which is long on a busy machine; they may come early.
    if (leftMs < 2) throw new EmbedLLMError(text, { code: 'timeout' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      // On a busy machine an answer may have come in time and wait to be read, which a turn does.
      const fail = (): void => reject(new EmbedLLMError(text, { code: 'timeout' }));
      timer = setTimeout(() => setImmediate(fail), leftMs);
    });
    try {
      return await Promise.race([asking, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** @throws when Redis does not answer in time, or did not a moment ago. */
  async call<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const now = performance.now();
    if (this.#isAway) {
      if (now - this.#triedAt < RETRY_MS) {
        throw new EmbedLLMError('Redis does not answer.', { code: 'io' });
      }
      this.#triedAt = now;
    }
    try {
      const answer = await this.until(this.deadline(), command(this.#redis));
      this.#turn(false, undefined);
      return answer;
    } catch (reason) {
      this.#triedAt = performance.now();
      this.#turn(true, reason);
      throw reason;
    }
  }

  close(): void {
    this.#redis.disconnect();
  }

  #turn(isAway: boolean, reason: unknown): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#onOutage(isAway ? { isAway, reason } : { isAway });
  }
}
