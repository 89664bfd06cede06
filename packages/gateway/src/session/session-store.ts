/** Where requests of a session, or those that continue an answer, were answered last. */
export interface SessionStore {
  /** @returns the model, as long as nothing was heard for less than `idleMs`. */
  find(name: string, idleMs: number): Promise<string | undefined>;
  /** Keeps the model; of more than `most` names, those that were used least recently make room. */
  keep(name: string, model: string, most: number): Promise<void>;
}

/** Keeps sessions in memory. */
export class MemorySessionStore implements SessionStore {
  readonly #now: () => number;
  /** The least recently used first. */
  readonly #kept = new Map<string, { readonly model: string; readonly at: number }>();

  /** @param now - Milliseconds from any origin. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async find(name: string, idleMs: number): Promise<string | undefined> {
    const known = this.#kept.get(name);
    if (!known) return undefined;
    if (this.#now() - known.at < idleMs) return known.model;
    this.#kept.delete(name);
    return undefined;
  }

  async keep(name: string, model: string, most: number): Promise<void> {
    this.#kept.delete(name);
    this.#kept.set(name, { model, at: this.#now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}
