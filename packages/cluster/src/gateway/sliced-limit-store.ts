import { randomUUID } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import {
  type LimitClaim,
  type LimitCount,
  type LimitCounter,
  type LimitDecision,
  type LimitRequest,
  type LimitSettlement,
  windowEnd,
  windowStart,
} from '@embedllm/gateway';
import type { RedisLimitStore, RedisLimitStoreOptions } from './limit-store-options.js';
import type { RedisLink } from './redis-link.js';
import { SharedCounter } from './shared-counter.js';
import { requestSlice, type SliceAnswer } from './slice-script.js';

/** How long a counter is kept after its window, for what is settled late. */
const KEEP_MS = 24 * 3_600_000;
/** How often replicas say what they used and give back what they do not need, */
const SAY_MS = 1000;
/** which is what was not claimed for this long. */
const IDLE_MS = 2000;
/** How old an answer to `read` may be. */
const FRESH_MS = 1000;

interface Open {
  readonly counter: SharedCounter;
  readonly amount: number;
}

/** Decides out of slices of limits, and asks Redis for them ahead of need. */
export class SlicedLimitStore implements RedisLimitStore {
  readonly #link: RedisLink;
  readonly #name: string;
  readonly #sliceShare: number;
  readonly #outageShare: number;
  readonly #now: () => number;
  readonly #counters = new Map<string, SharedCounter>();
  readonly #open = new Map<string, readonly Open[]>();
  /** Counters with something to say. */
  readonly #unsaid = new Set<SharedCounter>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: RedisLimitStoreOptions, link: RedisLink) {
    this.#link = link;
    const { name = 'embedllm', sliceShare = 0.01, outageShare = 0.001, now = Date.now } = options;
    this.#name = name;
    this.#sliceShare = sliceShare;
    this.#outageShare = outageShare;
    this.#now = now;
    this.#timer = setInterval(() => void this.#tidy(IDLE_MS), SAY_MS).unref();
  }

  get isAway(): boolean {
    return this.#link.isAway;
  }

  async reserve({ id, claims }: LimitRequest): Promise<LimitDecision> {
    const time = this.#now();
    // However many counters are short, and however many questions go before: in all no longer than this.
    const deadline = this.#link.deadline();
    const opened = claims.map((claim) => ({ claim, counter: this.#counterOf(claim, time) }));
    for (const { claim, counter } of opened) {
      counter.limit = claim.limit;
      counter.claimedAt = performance.now();
    }
    for (;;) {
      const short = opened.filter(({ claim, counter }) => !counter.covers(claim.amount));
      if (short.length === 0) break;
      const isRefused = short.some(
        ({ claim, counter }) =>
          counter.known !== undefined && counter.left <= 0 && !counter.covers(claim.amount),
      );
      const isKnown =
        short.every(({ counter }) => this.#isFresh(counter)) ||
        this.#link.isAway ||
        performance.now() >= deadline - 2;
      if (isRefused && isKnown) {
        return { isReserved: false, counts: opened.map(({ counter }) => counter.count(time)) };
      }
      await Promise.all(short.map(({ claim, counter }) => this.#obtain(claim, counter, deadline)));
    }
    for (const { claim, counter } of opened) {
      counter.reserved += claim.amount;
      this.#refillAhead(counter);
    }
    this.#open.set(
      id,
      opened.map(({ claim, counter }) => ({ counter, amount: claim.amount })),
    );
    return { isReserved: true, counts: opened.map(({ counter }) => counter.count(time)) };
  }

  async settle({ id, amounts }: LimitSettlement): Promise<void> {
    const opened = this.#open.get(id);
    if (!this.#open.delete(id) || !opened) return;
    for (const [index, { counter, amount }] of opened.entries()) {
      const used = amounts[index] ?? 0;
      counter.reserved -= amount;
      counter.used += used;
      counter.unsaid += used;
      this.#unsaid.add(counter);
    }
  }

  async read(counters: readonly LimitCounter[]): Promise<LimitCount[]> {
    const time = this.#now();
    const found = counters.map((counter) => this.#counterOf(counter, time));
    const isNew = found.filter(({ known }) => known === undefined);
    const deadline = this.#link.deadline();
    const asking = isNew.map((counter) => this.#link.until(deadline, this.#ask(counter, 0, 0)));
    await Promise.allSettled(asking);
    for (const counter of found) {
      // For the next one who asks.
      if (!this.#isFresh(counter)) this.#ask(counter, 0, 0).catch(() => {});
    }
    return found.map((counter) => counter.count(time));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#tidy(0);
    this.#link.close();
  }

  /** Gets what a claim is short of, or the allowance of an outage. @throws where that is used up. */
  async #obtain(claim: LimitClaim, counter: SharedCounter, deadline: number): Promise<void> {
    const short = claim.amount - counter.free;
    counter.short += Math.max(0, short);
    const slice = Math.floor(claim.limit * this.#sliceShare);
    try {
      await this.#link.until(deadline, this.#refill(counter, slice));
    } catch (cause) {
      const missing = claim.amount - counter.free;
      const isSpent = counter.known !== undefined && counter.left <= 0;
      if (missing <= 0 || isSpent) return;
      const allowance = Math.floor(claim.limit * this.#outageShare) - counter.borrowed;
      const isCovered = counter.used + counter.reserved + claim.amount <= claim.limit;
      if (missing > allowance || !isCovered) {
        throw new EmbedLLMError(
          `Redis does not answer, and ${claim.name} has used up what it may use until then.`,
          { code: 'io', cause },
        );
      }
      counter.granted += missing;
      counter.borrowed += missing;
      counter.owed += missing;
      this.#unsaid.add(counter);
    }
  }

  /** One request for all who wait. */
  #refill(counter: SharedCounter, slice: number): Promise<void> {
    counter.refilling ??= (async () => {
      // Those who ask in the same turn are counted in.
      await Promise.resolve();
      const need = counter.short;
      counter.short = 0;
      await this.#ask(counter, need, slice);
    })().finally(() => {
      counter.refilling = undefined;
    });
    return counter.refilling;
  }

  #refillAhead(counter: SharedCounter): void {
    const slice = Math.floor(counter.limit * this.#sliceShare);
    const isLow = counter.free < slice / 2 && counter.left > 0;
    if (isLow && !counter.refilling && !this.#link.isAway) {
      this.#refill(counter, slice).catch(() => {});
    }
  }

  /** Says what there is to say of a counter, and asks for more of it. */
  #ask(counter: SharedCounter, need: number, slice: number, back = 0): Promise<void> {
    counter.granted -= back;
    const asked = counter.asking.then(() => this.#send(counter, need, slice, back));
    counter.asking = asked.catch(() => {});
    return asked;
  }

  async #send(counter: SharedCounter, need: number, slice: number, back: number): Promise<void> {
    const used = counter.unsaid;
    const owed = counter.owed;
    const answer: SliceAnswer = await this.#link.call((redis) =>
      requestSlice(redis, {
        key: `${this.#name}:limit:${counter.window}:${counter.start}:${counter.name}`,
        ...{ limit: counter.limit, need, slice, used, back, owed },
        ttlMs: Math.max(0, windowEnd(counter.window, counter.start) - this.#now()) + KEEP_MS,
        ...{ epoch: counter.epoch, newEpoch: randomUUID(), seen: counter.known?.granted ?? 0 },
      }),
    );
    counter.granted += answer.given;
    counter.unsaid -= used;
    counter.owed -= owed;
    counter.epoch = answer.epoch;
    counter.known = { granted: answer.granted, used: answer.used };
    counter.knownAt = performance.now();
    if (counter.unsaid === 0 && counter.owed === 0) this.#unsaid.delete(counter);
  }

  /** Says what was used, gives back what is idle, and forgets windows that have ended. */
  async #tidy(idleMs: number): Promise<void> {
    const time = this.#now();
    const saying: Promise<void>[] = [];
    for (const [key, counter] of this.#counters) {
      const isIdle = performance.now() - counter.claimedAt >= idleMs && !counter.refilling;
      // What is lost on the way counts as used.
      const back = isIdle ? Math.max(0, counter.free - counter.owed) : 0;
      if (back > 0) saying.push(this.#ask(counter, 0, 0, back));
      if (windowEnd(counter.window, counter.start) <= time) this.#counters.delete(key);
    }
    for (const counter of this.#unsaid) {
      if (!counter.refilling) saying.push(this.#ask(counter, 0, 0));
    }
    await Promise.allSettled(saying);
  }

  #isFresh(counter: SharedCounter): boolean {
    return performance.now() - counter.knownAt < FRESH_MS;
  }

  /** The counter in its present window, or in a later one where the clock was set back. */
  #counterOf(counter: LimitCounter, time: number): SharedCounter {
    const { name, window } = counter;
    const key = `${window} ${name}`;
    const start = windowStart(window, time);
    const known = this.#counters.get(key);
    if (known && known.start >= start) return known;
    const begun = new SharedCounter(counter, start);
    this.#counters.set(key, begun);
    return begun;
  }
}
