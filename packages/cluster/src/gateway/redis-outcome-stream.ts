import { randomUUID } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import type { AnswerOutcome, OutcomeStream } from '@embedllm/gateway';
import { sleep } from '@embedllm/internals';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisSettings } from '../connection/connect-redis.js';
import type { RedisLink } from './redis-link.js';

/** Outcomes that the stream keeps, about. */
const KEPT = 100_000;
/** Outcomes that a replica keeps while Redis is away. */
const MOST_UNSENT = 1000;
const RETRY_MS = 500;
/** What is read at a time, and how long a read waits for more. */
const READ_COUNT = 500;
const BLOCK_MS = 5000;
/** Messages of which a repetition is noticed. */
const REMEMBERED = 10_000;

/**
 * Outcomes in one order for all replicas: each learns all that the stream keeps, from its first outcome on,
 * and so comes to the same state. While Redis is away, a replica keeps some and sends them later.
 */
export class RedisOutcomeStream implements OutcomeStream {
  readonly isOrdered = true;
  readonly #link: RedisLink;
  readonly #settings: RedisSettings;
  readonly #key: string;
  readonly #unsent: string[] = [];
  readonly #readers = new Set<() => void>();
  #sending: NodeJS.Timeout | undefined;

  constructor(link: RedisLink, settings: RedisSettings, name: string) {
    this.#link = link;
    this.#settings = settings;
    this.#key = `${name}:outcomes`;
  }

  /** @throws EmbedLLMError `io` when Redis is away and no more outcomes are kept. */
  async publish(outcome: AnswerOutcome): Promise<void> {
    const text = JSON.stringify({ id: randomUUID(), outcome });
    if (this.#unsent.length === 0) {
      try {
        await this.#add(text);
        return;
      } catch (cause) {
        this.#keep(text, cause);
      }
    } else this.#keep(text, undefined);
  }

  subscribe(listener: (outcome: AnswerOutcome) => void): () => void {
    let isOver = false;
    let redis: Redis | undefined;
    const end = (): void => {
      isOver = true;
      this.#readers.delete(end);
      redis?.disconnect();
    };
    this.#readers.add(end);
    const read = async (): Promise<void> => {
      while (!isOver && !redis) {
        redis = await connectRedis(this.#settings).catch(() => undefined);
        if (!redis) await sleep(RETRY_MS);
      }
      const heard = new Set<string>();
      let last = '0';
      while (!isOver && redis) {
        const from = ['STREAMS', this.#key, last] as const;
        const found = await redis.xread('COUNT', READ_COUNT, 'BLOCK', BLOCK_MS, ...from);
        for (const [entry, [, text = '']] of found?.[0]?.[1] ?? []) {
          last = entry;
          const { id, outcome }: { id: string; outcome: AnswerOutcome } = JSON.parse(text);
          // Sent again, because the first answer was lost.
          if (heard.has(id)) continue;
          heard.add(id);
          if (heard.size > REMEMBERED) heard.delete(heard.values().next().value ?? '');
          if (!isOver) listener(outcome);
        }
      }
    };
    // A connection that is closed ends the read.
    read().catch(() => {});
    return end;
  }

  close(): void {
    clearTimeout(this.#sending);
    for (const end of this.#readers) end();
  }

  #add(text: string): Promise<unknown> {
    return this.#link.call((redis) =>
      redis.xadd(this.#key, 'MAXLEN', '~', KEPT, '*', 'outcome', text),
    );
  }

  #keep(text: string, cause: unknown): void {
    if (this.#unsent.length >= MOST_UNSENT) {
      throw new EmbedLLMError(
        `Redis does not answer, and ${MOST_UNSENT} outcomes are already waiting to be sent, so this one is not learned.`,
        { code: 'io', cause },
      );
    }
    this.#unsent.push(text);
    this.#sending ??= setTimeout(() => void this.#send(), RETRY_MS).unref();
  }

  /** Sends what waits, in its order. */
  async #send(): Promise<void> {
    this.#sending = undefined;
    try {
      for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
        await this.#add(next);
        this.#unsent.shift();
      }
    } catch {
      this.#sending ??= setTimeout(() => void this.#send(), RETRY_MS).unref();
    }
  }
}
