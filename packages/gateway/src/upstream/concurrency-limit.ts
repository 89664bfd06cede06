import type { ConcurrencySettings } from '../configuration/configuration.js';

/** No call may start, and none may wait any more. */
export class LimitReachedError extends Error {
  /** When to try again, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('Too many calls run and wait.');
    this.name = 'LimitReachedError';
    this.retryAfterMs = retryAfterMs;
  }
}

interface Waiting {
  readonly admit: () => void;
}

/** Lets a number of calls run at once and a number wait, first come, first served. */
export class ConcurrencyLimit {
  #settings: ConcurrencySettings;
  readonly #now: () => number;
  #running = 0;
  /** How long a call takes, as a moving average in milliseconds. */
  #meanMs = 1000;
  readonly #waiting = new Set<Waiting>();

  /** @param now - Milliseconds from any origin. */
  constructor(settings: ConcurrencySettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes other limits; those that run or wait already stay. */
  adjust(settings: ConcurrencySettings): void {
    this.#settings = settings;
    this.#admitNext();
  }

  /**
   * Waits for a place.
   *
   * @returns a function that gives the place back; calling it again does nothing.
   * @throws LimitReachedError when the queue is full or the wait too long; the signal's reason
   * when it is aborted.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running < this.#settings.concurrency) return this.#start();
    if (this.#waiting.size >= this.#settings.queue) throw this.#refuse();
    return await new Promise<() => void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(entry);
      };
      const entry: Waiting = {
        admit: () => {
          leave();
          resolve(this.#start());
        },
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(this.#refuse());
      }, this.#settings.queueTimeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(entry);
    });
  }

  #start(): () => void {
    this.#running++;
    const start = this.#now();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#running--;
      this.#meanMs += 0.1 * (this.#now() - start - this.#meanMs);
      this.#admitNext();
    };
  }

  #admitNext(): void {
    for (const next of this.#waiting) {
      if (this.#running >= this.#settings.concurrency) return;
      next.admit();
    }
  }

  /** By then those that wait should have started, going by how long calls take. */
  #refuse(): LimitReachedError {
    const rounds = (this.#waiting.size + 1) / this.#settings.concurrency;
    return new LimitReachedError(Math.max(1000, rounds * this.#meanMs));
  }
}
