import { randomUUID } from 'node:crypto';
import {
  type CircuitMember,
  type CircuitNews,
  type CircuitStore,
  MemoryCircuitStore,
} from '@embedllm/gateway';
import type { RedisChannel } from './redis-channel.js';
import type { RedisLink } from './redis-link.js';

/** What is kept while it lasts, a key each. */
const KINDS = ['rest', 'circuit'] as const;

interface Message {
  readonly from: string;
  readonly news: CircuitNews;
}

/**
 * Spreads news of circuits among the replicas, and among the processes of this one. A replica whose own
 * network is broken should not keep the others from their upstreams, so that what it finds open, they try
 * a few times.
 */
export class RedisCircuitStore implements CircuitStore {
  readonly #id = randomUUID();
  readonly #link: RedisLink;
  readonly #name: string;
  /** The processes of this replica, and what the other replicas say. */
  readonly #here = new MemoryCircuitStore();
  readonly #others: CircuitMember = this.#here.join(() => {});
  readonly #end: () => void;

  constructor(link: RedisLink, channel: RedisChannel, name: string) {
    this.#link = link;
    this.#name = name;
    this.#end = channel.listen(`${name}:circuits`, (text) => {
      const { from, news }: Message = JSON.parse(text);
      if (from !== this.#id) this.#hear(news);
    });
    void this.#catchUp();
  }

  join(hear: (news: CircuitNews) => void): CircuitMember {
    const { tell, leave } = this.#here.join(hear);
    return {
      tell: (news) => {
        tell(news);
        void this.#publish(news);
      },
      leave,
    };
  }

  close(): void {
    this.#end();
    this.#others.leave();
  }

  #hear(news: CircuitNews): void {
    this.#others.tell(news.state === 'open' ? { ...news, state: 'half-open', forMs: 0 } : news);
  }

  /** Nobody waits for it: while Redis is away, each replica finds out by itself. */
  async #publish(news: CircuitNews): Promise<void> {
    const { upstream, model, state, forMs } = news;
    const kind: (typeof KINDS)[number] = state === 'resting' ? 'rest' : 'circuit';
    const key = `${this.#name}:${kind}:${JSON.stringify([upstream, model])}`;
    const text = JSON.stringify({ from: this.#id, news } satisfies Message);
    await this.#link
      .call((redis) => {
        const told = redis.pipeline();
        if (forMs > 0) told.set(key, text, 'PX', Math.ceil(forMs));
        else told.del(key);
        return told.publish(`${this.#name}:circuits`, text).exec();
      })
      .catch(() => {});
  }

  /** What lasts still of earlier news. */
  async #catchUp(): Promise<void> {
    try {
      let cursor = '0';
      do {
        const [next, keys] = await this.#link.call((redis) =>
          redis.scan(cursor, 'MATCH', `${this.#name}:*:\\[*`, 'COUNT', 500),
        );
        cursor = next;
        // Names of keys of limits may look alike.
        const own = keys.filter((key) =>
          KINDS.some((kind) => key.startsWith(`${this.#name}:${kind}:`)),
        );
        for (const key of own) await this.#look(key);
      } while (cursor !== '0');
    } catch {
      // Each finds out by itself.
    }
  }

  async #look(key: string): Promise<void> {
    const [text, forMs] = await this.#link.call((redis) =>
      Promise.all([redis.get(key), redis.pttl(key)]),
    );
    if (text === null || forMs <= 0) return;
    const { from, news }: Message = JSON.parse(text);
    if (from !== this.#id) this.#hear({ ...news, forMs });
  }
}
