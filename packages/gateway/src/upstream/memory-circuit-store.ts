import type { CircuitMember, CircuitNews, CircuitStore } from './circuit-store.js';

interface Lasting {
  readonly news: CircuitNews;
  readonly until: number;
}

/** Options of `MemoryCircuitStore`. */
export interface MemoryCircuitStoreOptions {
  /** Milliseconds from any origin. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/** Spreads news of circuits among the gateways of one process. */
export class MemoryCircuitStore implements CircuitStore {
  readonly #now: () => number;
  readonly #members = new Set<(news: CircuitNews) => void>();
  /** What will have an end, by upstream, model, and whether it is a rest. */
  readonly #lasting = new Map<string, Lasting>();

  constructor({ now = () => performance.now() }: MemoryCircuitStoreOptions = {}) {
    this.#now = now;
  }

  join(hear: (news: CircuitNews) => void): CircuitMember {
    // A function of its own: two members may hear with the same one.
    const member = (news: CircuitNews): void => hear(news);
    this.#members.add(member);
    for (const [key, { news, until }] of this.#lasting) {
      const forMs = until - this.#now();
      if (forMs > 0) member({ ...news, forMs });
      else this.#lasting.delete(key);
    }
    return {
      tell: (news) => {
        if (!this.#members.has(member)) return;
        this.#keep(news);
        for (const other of this.#members) if (other !== member) other(news);
      },
      leave: () => this.#members.delete(member),
    };
  }

  #keep(news: CircuitNews): void {
    const { upstream, model, state, forMs } = news;
    const key = JSON.stringify([upstream, model, state === 'resting']);
    if (forMs > 0) this.#lasting.set(key, { news, until: this.#now() + forMs });
    else this.#lasting.delete(key);
  }
}
