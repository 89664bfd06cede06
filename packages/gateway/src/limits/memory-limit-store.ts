import { LimitBook } from './limit-book.js';
import type {
  LimitCount,
  LimitCounter,
  LimitDecision,
  LimitRequest,
  LimitSettlement,
  LimitStore,
} from './limit-store.js';

/** Options of `MemoryLimitStore`. */
export interface MemoryLimitStoreOptions {
  /** The present time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Limits of one process, which start over when it does. */
export class MemoryLimitStore implements LimitStore {
  readonly #book: LimitBook;

  constructor({ now = Date.now }: MemoryLimitStoreOptions = {}) {
    this.#book = new LimitBook(now);
  }

  async reserve(request: LimitRequest): Promise<LimitDecision> {
    return this.#book.reserve(request);
  }

  async settle(settlement: LimitSettlement): Promise<void> {
    this.#book.settle(settlement);
  }

  async read(counters: readonly LimitCounter[]): Promise<readonly LimitCount[]> {
    return this.#book.read(counters);
  }

  async close(): Promise<void> {}
}
