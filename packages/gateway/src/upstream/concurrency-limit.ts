import type { Cancellable } from '../cancellation.js';
import type { ConcurrencySettings } from '../configuration/concurrency-settings.js';
import { FairQueue } from '../limits/fair-queue.js';

/** No call may start, and none may wait any more. */
export class LimitReachedError extends Error {
  /** When to try again, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('Too many calls are running and queued.');
    this.name = 'LimitReachedError';
    this.retryAfterMs = retryAfterMs;
  }
}

interface Waiting {
  readonly admit: () => void;
  readonly refuse: () => void;
}

/**
 * Lets a number of calls run at once and a number wait. Clients take turns, and so do the addresses of each,
 * first come, first served; when the queue is full, whoever has the most in it makes room for others.
 */
export class ConcurrencyLimit {
  #settings: ConcurrencySettings;
  readonly #now: () => number;
  #running = 0;
  /** How long a call takes, as a moving average in milliseconds. */
  #meanMs = 1000;
  /** By client and address. */
  readonly #queue = new FairQueue<Waiting>();
  /** Takes back places that were lent, the first first. */
  readonly #lent = new Set<() => void>();

  /** @param now - Milliseconds from any origin. */
  constructor(settings: ConcurrencySettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes other limits; those that run or wait already stay. */
  adjust(settings: ConcurrencySettings): void {
    this.#settings = settings;
    this.#admitNext();
  }

  /**
   * Waits for a place.
   *
   * @param client - Who asks; all without a name are one.
   * @param address - Where from, as far as it is known.
   * @returns a function that gives the place back; calling it again does nothing.
   * @throws LimitReachedError when the queue is full or the wait too long; the signal's reason
   * when it is aborted.
   */
  async acquire(signal: Cancellable, client = '', address = ''): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running >= this.#settings.concurrency) this.#takeBack();
    if (this.#running < this.#settings.concurrency) return this.#start();
    const path = [client, address];
    if (this.#queue.size >= this.#settings.queue) {
      const greediest = this.#queue.greediest(path);
      if (!greediest) throw this.#refuse();
      greediest.refuse();
    }
    return await new Promise<() => void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#queue.delete(entry, path);
      };
      const entry: Waiting = {
        admit: () => {
          leave();
          resolve(this.#start());
        },
        refuse: () => {
          leave();
          reject(this.#refuse());
        },
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(entry.refuse, this.#settings.queueTimeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.add(entry, path);
    });
  }

  /**
   * Takes a place that nobody else wants, for work that can be given up.
   *
   * @param onTakenBack - Called when somebody else wants the place, which then is theirs.
   * @returns a function that gives the place back; `undefined` where none is free.
   */
  borrow(onTakenBack: () => void): (() => void) | undefined {
    if (this.#running >= this.#settings.concurrency) return undefined;
    const release = this.#start();
    const giveBack = (): void => {
      this.#lent.delete(takeBack);
      release();
    };
    const takeBack = (): void => {
      giveBack();
      onTakenBack();
    };
    this.#lent.add(takeBack);
    return giveBack;
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

  #takeBack(): void {
    const [takeBack] = this.#lent;
    takeBack?.();
  }

  #admitNext(): void {
    while (this.#running < this.#settings.concurrency) {
      const next = this.#queue.shift();
      if (!next) return;
      next.admit();
    }
  }

  /** By then those that wait should have started, going by how long calls take. */
  #refuse(): LimitReachedError {
    const rounds = (this.#queue.size + 1) / this.#settings.concurrency;
    return new LimitReachedError(Math.max(1000, rounds * this.#meanMs));
  }
}
