import { sleep } from '@embedllm/internals';

const MINUTE_MS = 60_000;
const LOOK_AGAIN_MS = 1000;

/** At most so much of something (requests, tokens) in any minute. */
export class RateLimit {
  readonly #limit: number;
  /** What was taken in the last minute, the oldest first. */
  #taken: { readonly at: number; amount: number }[] = [];
  #queue: Promise<void> = Promise.resolve();

  constructor(perMinute: number | undefined) {
    this.#limit = perMinute ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Takes an amount, first come first served, as soon as the last minute leaves room for it. What is
   * larger than the limit waits for an empty minute.
   *
   * @returns what replaces the amount by the true one, once it is known.
   * @throws the signal's reason when it is aborted while waiting.
   */
  async take(amount: number, signal?: AbortSignal): Promise<(actual: number) => void> {
    if (this.#limit === Number.POSITIVE_INFINITY) return () => {};
    const before = this.#queue;
    let leave: () => void = () => {};
    this.#queue = new Promise((resolve) => {
      leave = resolve;
    });
    try {
      await before;
      for (;;) {
        const wait = this.#waitMs(Math.min(amount, this.#limit));
        if (wait <= 0) break;
        // What was taken may turn out to be less meanwhile.
        await sleep(Math.min(wait, LOOK_AGAIN_MS), signal);
      }
      const entry = { at: performance.now(), amount };
      this.#taken.push(entry);
      return (actual) => {
        entry.amount = actual;
      };
    } finally {
      leave();
    }
  }

  /** How long until there is room. */
  #waitMs(amount: number): number {
    const now = performance.now();
    this.#taken = this.#taken.filter(({ at }) => now - at < MINUTE_MS);
    let room = this.#limit - this.#taken.reduce((sum, each) => sum + each.amount, 0);
    if (room >= amount) return 0;
    for (const entry of this.#taken) {
      room += entry.amount;
      if (room >= amount) return Math.max(1, MINUTE_MS - (now - entry.at));
    }
    return 0;
  }
}
