import type { LockoutSettings } from '../configuration/lockout-settings.js';

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

/**
 * Addresses that try many different wrong keys. While one is locked out, it gets to try no further
 * keys, right or wrong; keys that it had used before still work, so that nobody locks out their
 * neighbours. The same wrong key again is a client that was not told of a new one, not a guess.
 */
export class Lockout {
  readonly #now: () => number;
  readonly #onLock: (address: string, lockMs: number) => void;
  readonly #visitors = new Map<string, Visitor>();

  /**
   * @param now - Milliseconds from any origin.
   * @param onLock - Called when an address is locked out.
   */
  constructor(now: () => number, onLock: (address: string, lockMs: number) => void) {
    this.#now = now;
    this.#onLock = onLock;
  }

  /** Milliseconds until the address may try further keys; 0 where it may. */
  lockedMs(address: string): number {
    return Math.max(0, (this.#visitors.get(address)?.lockedUntil ?? 0) - this.#now());
  }

  /** Whether a key may be taken from the address now; if so, it is remembered. */
  admits(address: string, client: string): boolean {
    const visitor = this.#visitors.get(address);
    if (this.lockedMs(address) > 0) return visitor?.right.has(client) === true;
    this.#visit(address).right.add(client);
    return true;
  }

  /** A wrong key has come. */
  noteWrong(address: string, fingerprint: string, settings: LockoutSettings): void {
    if (this.lockedMs(address) > 0) return;
    const now = this.#now();
    const visitor = this.#visit(address);
    for (const [key, at] of visitor.wrong) {
      if (at <= now - settings.windowMs) visitor.wrong.delete(key);
    }
    visitor.wrong.set(fingerprint, now);
    if (visitor.wrong.size < settings.wrongKeys) return;
    visitor.wrong.clear();
    visitor.lockedUntil = now + settings.lockMs;
    this.#onLock(address, settings.lockMs);
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
