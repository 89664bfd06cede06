import type { LockoutSettings } from '../configuration/lockout-settings.js';
import type { LockoutStore, WrongKey } from './lockout-store.js';

/** What is known of an address. */
interface Visitor {
  /** When each wrong key came last, by its fingerprint. */
  readonly wrong: Map<string, number>;
  /** Names of keys that came from it before it was locked out. */
  readonly right: Set<string>;
  lockedUntil: number;
}

/** Addresses that are remembered; the ones that came least recently are forgotten. */
const MOST_ADDRESSES = 10_000;

/** Options of `MemoryLockoutStore`. */
export interface MemoryLockoutStoreOptions {
  /** Milliseconds from any origin. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Addresses that try many different wrong keys, as one process sees them. While one is locked out, it
 * gets to try no further keys, right or wrong; keys that it had used before still work, so that nobody
 * locks out their neighbours. The same wrong key again is a client that does not know about a new one, not
 * a guess.
 */
export class MemoryLockoutStore implements LockoutStore {
  readonly #now: () => number;
  readonly #visitors = new Map<string, Visitor>();

  constructor({ now = () => performance.now() }: MemoryLockoutStoreOptions = {}) {
    this.#now = now;
  }

  async admit(address: string, client: string): Promise<number> {
    const lockedMs = this.#lockedMs(address);
    if (lockedMs > 0 && !this.#visitors.get(address)?.right.has(client)) return lockedMs;
    this.#visit(address).right.add(client);
    return 0;
  }

  async noteWrong(
    address: string,
    fingerprint: string,
    { wrongKeys, windowMs, lockMs }: LockoutSettings,
  ): Promise<WrongKey> {
    const lockedMs = this.#lockedMs(address);
    if (lockedMs > 0) return { lockedMs, isFirst: false };
    const now = this.#now();
    const visitor = this.#visit(address);
    for (const [key, at] of visitor.wrong) {
      if (at <= now - windowMs) visitor.wrong.delete(key);
    }
    visitor.wrong.set(fingerprint, now);
    if (visitor.wrong.size < wrongKeys) return { lockedMs: 0, isFirst: false };
    visitor.wrong.clear();
    visitor.lockedUntil = now + lockMs;
    return { lockedMs: lockMs, isFirst: true };
  }

  /** Milliseconds until the address may try further keys; 0 where it may. */
  #lockedMs(address: string): number {
    return Math.max(0, (this.#visitors.get(address)?.lockedUntil ?? 0) - this.#now());
  }

  /** The visitor, as the one that came last. */
  #visit(address: string): Visitor {
    const visitor = this.#visitors.get(address) ?? {
      wrong: new Map<string, number>(),
      right: new Set<string>(),
      lockedUntil: 0,
    };
    this.#visitors.delete(address);
    this.#visitors.set(address, visitor);
    if (this.#visitors.size > MOST_ADDRESSES) {
      for (const [oldest, { lockedUntil }] of this.#visitors) {
        // Whoever is locked out stays so, unless there is nobody else.
        if (lockedUntil > this.#now() && this.#visitors.size < 2 * MOST_ADDRESSES) continue;
        this.#visitors.delete(oldest);
        break;
      }
    }
    return visitor;
  }
}
