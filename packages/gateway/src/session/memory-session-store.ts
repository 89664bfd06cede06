import type { SessionKeeping, SessionStore } from './session-store.js';

/** Keeps sessions in memory; those that were kept first make room for others. */
export class MemorySessionStore implements SessionStore {
  readonly #now: () => number;
  /** The least recently kept first. */
  readonly #kept = new Map<string, { readonly text: string; readonly until: number }>();

  /** @param now - Milliseconds from any origin. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async find(name: string): Promise<string | undefined> {
    const known = this.#kept.get(name);
    if (!known) return undefined;
    if (this.#now() < known.until) return known.text;
    this.#kept.delete(name);
    return undefined;
  }

  async keep(name: string, text: string, { idleMs, most }: SessionKeeping): Promise<void> {
    this.#kept.delete(name);
    this.#kept.set(name, { text, until: this.#now() + idleMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}
