import { createHash } from 'node:crypto';
import { normalizeText } from '../near-duplicates/normalize-text.js';

/**
 * A random sample of different texts, whatever their order and number: those whose hashes are the
 * smallest ("bottom-k sketch", Cohen and Kaplan, 2007).
 */
export class DrawnPrompts<T extends { readonly prompt: string }> {
  readonly #seed: number;
  readonly #most: number;
  #byHash = new Map<string, T>();
  /** Texts whose hashes are not below are not kept; empty as long as all are. */
  #limit = '';

  /** @param most - Texts to keep; memory holds up to twice as many. */
  constructor(seed: number, most: number) {
    this.#seed = seed;
    this.#most = most;
  }

  add(item: T): void {
    const hash = createHash('sha256')
      .update(`${this.#seed} ${normalizeText(item.prompt)}`)
      .digest('hex');
    if ((this.#limit !== '' && hash >= this.#limit) || this.#byHash.has(hash)) return;
    this.#byHash.set(hash, item);
    if (this.#byHash.size >= 2 * this.#most) this.#shrink();
  }

  /** What was drawn, in random order. */
  inOrder(): T[] {
    this.#shrink();
    return [...this.#byHash.values()];
  }

  #shrink(): void {
    const sorted = [...this.#byHash].sort(([one], [other]) => (one < other ? -1 : 1));
    this.#limit = sorted[this.#most]?.[0] ?? this.#limit;
    this.#byHash = new Map(sorted.slice(0, this.#most));
  }
}
