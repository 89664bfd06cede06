import type {
  LimitCount,
  LimitCounter,
  LimitDecision,
  LimitRequest,
  LimitSettlement,
} from './limit-store.js';
import { type LimitWindow, windowEnd, windowStart } from './limit-window.js';

/** A counter in one of its windows. */
export interface BookEntry {
  readonly name: string;
  readonly window: LimitWindow;
  /** When the window began, in milliseconds since 1970. */
  readonly start: number;
  used: number;
  reserved: number;
}

/** Amounts that are set aside, by their entries. */
export type Reservation = readonly { readonly entry: BookEntry; readonly amount: number }[];

/** How many entries are kept before those whose windows have ended are dropped. */
const SWEEP_AT = 1024;

/** The sums of a `LimitStore`, without anything that takes time. */
export class LimitBook {
  readonly #now: () => number;
  readonly #entries = new Map<string, BookEntry>();
  readonly #open = new Map<string, Reservation>();
  #sweepAt = SWEEP_AT;

  /** @param now - Milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  reserve({ id, claims }: LimitRequest): LimitDecision {
    const time = this.#now();
    const reservation = claims.map((claim) => ({ ...claim, entry: this.#entry(claim, time) }));
    const isReserved = reservation.every(
      ({ entry, amount, limit }) => entry.used + entry.reserved + amount <= limit,
    );
    if (isReserved) {
      for (const { entry, amount } of reservation) entry.reserved += amount;
      this.#open.set(id, reservation);
    }
    return { isReserved, counts: reservation.map(({ entry }) => countOf(entry, time)) };
  }

  settle({ id, amounts }: LimitSettlement): void {
    const reservation = this.#open.get(id);
    if (!this.#open.delete(id) || !reservation) return;
    for (const [index, { entry, amount }] of reservation.entries()) {
      entry.reserved -= amount;
      entry.used += amounts[index] ?? 0;
    }
  }

  read(counters: readonly LimitCounter[]): LimitCount[] {
    const time = this.#now();
    return counters.map((counter) => countOf(this.#entry(counter, time), time));
  }

  /** What is not settled, by id. */
  get reservations(): ReadonlyMap<string, Reservation> {
    return this.#open;
  }

  /** The entries whose windows have not ended. */
  entries(): BookEntry[] {
    this.#sweep(this.#now());
    return [...this.#entries.values()];
  }

  /** Adds to what was used in a window; one that has ended does not matter. */
  restore({ name, window, start, used }: Omit<BookEntry, 'reserved'>): void {
    const entry = this.#entry({ name, window }, this.#now());
    if (start === entry.start) entry.used += used;
    // The clock was set back: what it showed before counts on.
    if (start > entry.start) this.#put({ name, window, start, used, reserved: 0 });
  }

  /** The counter in its present window, or in a later one where the clock was set back. */
  #entry({ name, window }: LimitCounter, time: number): BookEntry {
    const start = windowStart(window, time);
    const known = this.#entries.get(`${window} ${name}`);
    if (known && known.start >= start) return known;
    if (this.#entries.size >= this.#sweepAt) this.#sweep(time);
    return this.#put({ name, window, start, used: 0, reserved: 0 });
  }

  #put(entry: BookEntry): BookEntry {
    this.#entries.set(`${entry.window} ${entry.name}`, entry);
    return entry;
  }

  #sweep(time: number): void {
    for (const [key, { window, start }] of this.#entries) {
      if (windowEnd(window, start) <= time) this.#entries.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP_AT, 2 * this.#entries.size);
  }
}

function countOf({ name, window, start, used, reserved }: BookEntry, time: number): LimitCount {
  const resetMs = Math.max(0, windowEnd(window, start) - time);
  return { name, window, used, reserved, resetMs };
}
