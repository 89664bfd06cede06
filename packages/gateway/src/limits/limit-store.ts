import type { LimitWindow } from './limit-window.js';

/** Something that is counted within a window. */
export interface LimitCounter {
  /** Says of whom and what, such as `app/dollars`. The same name may be counted in several windows. */
  readonly name: string;
  readonly window: LimitWindow;
}

/** An amount that may be used if a counter stays within its limit. */
export interface LimitClaim extends LimitCounter {
  /** The most that may be used in a window, a whole number from 0. */
  readonly limit: number;
  /** A whole number from 0. */
  readonly amount: number;
}

/** Where a counter stands in its present window. */
export interface LimitCount extends LimitCounter {
  /** What was used for good. */
  readonly used: number;
  /** What is set aside for work that is not settled. */
  readonly reserved: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/** What became of some claims. */
export interface LimitDecision {
  /** All amounts are set aside; otherwise none is. */
  readonly isReserved: boolean;
  /** In the order of the claims, after the decision. */
  readonly counts: readonly LimitCount[];
}

/** Claims that stand or fall together. */
export interface LimitRequest {
  /** Names the reservation in `settle`; unique among those that are not settled. */
  readonly id: string;
  readonly claims: readonly LimitClaim[];
}

/** A reservation, and what its work came to. */
export interface LimitSettlement {
  readonly id: string;
  /** What was used instead, in the order of the claims: whole numbers, which may exceed what was reserved. */
  readonly amounts: readonly number[];
}

/**
 * Where limits and budgets are kept. Gateways that share a store share their limits. Windows begin
 * at full minutes, hours, days and months of UTC; what is reserved in a window is settled in it, even
 * after it has ended.
 */
export interface LimitStore {
  /**
   * Sets all amounts aside, or none where one of them would take its counter over the limit. Atomic:
   * of claims that only one can have, however many come at once, one is reserved.
   *
   * @throws when the store cannot keep what it decided; then nothing is reserved.
   */
  reserve(request: LimitRequest): Promise<LimitDecision>;
  /** Replaces what was reserved by what was used. An id that is not known changes nothing. */
  settle(settlement: LimitSettlement): Promise<void>;
  /** Where counters stand, in the order asked for. */
  read(counters: readonly LimitCounter[]): Promise<readonly LimitCount[]>;
  /** Finishes what is under way; the store is not used afterwards. */
  close(): Promise<void>;
}
