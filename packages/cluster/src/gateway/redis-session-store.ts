import { MemorySessionStore, type SessionKeeping, type SessionStore } from '@embedllm/gateway';
import type { RedisLink } from './redis-link.js';

/**
 * Sessions that replicas share. While Redis is away, a replica goes by those that it kept itself, as many
 * as a gateway keeps in memory.
 */
export class RedisSessionStore implements SessionStore {
  readonly #link: RedisLink;
  readonly #name: string;
  readonly #own = new MemorySessionStore();

  constructor(link: RedisLink, name: string) {
    this.#link = link;
    this.#name = name;
  }

  async find(name: string): Promise<string | undefined> {
    try {
      const text = await this.#link.call((redis) => redis.get(this.#keyOf(name)));
      return text ?? undefined;
    } catch {
      return this.#own.find(name);
    }
  }

  async keep(name: string, text: string, keeping: SessionKeeping): Promise<void> {
    await this.#own.keep(name, text, keeping);
    // Said by `onOutage`; the next request of the session keeps it again.
    await this.#link
      .call((redis) => redis.set(this.#keyOf(name), text, 'PX', Math.ceil(keeping.idleMs)))
      .catch(() => {});
  }

  #keyOf(name: string): string {
    return `${this.#name}:session:${name}`;
  }
}
