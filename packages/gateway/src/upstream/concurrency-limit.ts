import type { Cancellable } from '../cancellation.js';
import type { ConcurrencySettings } from '../configuration/concurrency-settings.js';

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
 * Lets a number of calls run at once and a number wait. Clients take turns, each first come, first
 * served; when the queue is full, the client with the most in it makes room for others.
 */
export class ConcurrencyLimit {
  #settings: ConcurrencySettings;
  readonly #now: () => number;
  #running = 0;
  /** How long a call takes, as a moving average in milliseconds. */
  #meanMs = 1000;
  /** By client, in the order of their turns. */
  readonly #queues = new Map<string, Set<Waiting>>();
  #waiting = 0;
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
    return this.#waiting;
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
   * @returns a function that gives the place back; calling it again does nothing.
   * @throws LimitReachedError when the queue is full or the wait too long; the signal's reason
   * when it is aborted.
   */
  async acquire(signal: Cancellable, client = ''): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#running >= this.#settings.concurrency) this.#takeBack();
    if (this.#running < this.#settings.concurrency) return this.#start();
    if (this.#waiting >= this.#settings.queue && !this.#makeRoom(client)) throw this.#refuse();
    return await new Promise<() => void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#remove(client, entry);
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
      this.#add(client, entry);
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

  #add(client: string, entry: Waiting): void {
    const queue = this.#queues.get(client) ?? new Set();
    this.#queues.set(client, queue.add(entry));
    this.#waiting++;
  }

  #remove(client: string, entry: Waiting): void {
    const queue = this.#queues.get(client);
    if (!queue?.delete(entry)) return;
    this.#waiting--;
    if (queue.size === 0) this.#queues.delete(client);
  }

  #admitNext(): void {
    while (this.#running < this.#settings.concurrency) {
      const [turn] = this.#queues;
      if (!turn) return;
      const [client, queue] = turn;
      const [next] = queue;
      // Its next turn comes after those of all others.
      this.#queues.delete(client);
      this.#queues.set(client, queue);
      next?.admit();
    }
  }

  /** Whether another client had so many more waiting that its last one had to go. */
  #makeRoom(client: string): boolean {
    const [greediest] = [...this.#queues.values()].sort((a, b) => b.size - a.size);
    const own = this.#queues.get(client)?.size ?? 0;
    if (!greediest || greediest.size <= own + 1) return false;
    [...greediest].at(-1)?.refuse();
    return true;
  }

  /** By then those that wait should have started, going by how long calls take. */
  #refuse(): LimitReachedError {
    const rounds = (this.#waiting + 1) / this.#settings.concurrency;
    return new LimitReachedError(Math.max(1000, rounds * this.#meanMs));
  }
}
