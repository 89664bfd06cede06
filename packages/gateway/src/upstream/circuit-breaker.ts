import type { BreakerSettings } from '../configuration/configuration.js';

/** Whether calls are let through. */
export type CircuitState = 'closed' | 'half-open' | 'open';

/** The right to make one call; tell it how the call went, or that it never ended. */
export interface CircuitPass {
  succeed(): void;
  fail(): void;
  /** The call ended for a reason that says nothing about the upstream. */
  discard(): void;
}

/**
 * Leaves an upstream alone while most of its calls fail (the circuit breaker pattern). Closed, it
 * counts the last calls; open, it refuses all until `openMs` have passed; half-open, it lets one
 * call through, whose outcome closes or opens it again.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #now: () => number;
  #outcomes: boolean[] = [];
  #openUntil: number | undefined;
  #isTrying = false;
  /** Outcomes of calls that began before the circuit last changed say nothing new. */
  #epoch = 0;

  /** @param now - Milliseconds from any origin. */
  constructor(settings: BreakerSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  get state(): CircuitState {
    if (this.#openUntil === undefined) return 'closed';
    return this.#now() < this.#openUntil ? 'open' : 'half-open';
  }

  /** Milliseconds until the next call may try, 0 where one may now. */
  get retryAfterMs(): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - this.#now());
  }

  /** `undefined` where no call may be made now. */
  enter(): CircuitPass | undefined {
    const { state } = this;
    if (state === 'open' || (state === 'half-open' && this.#isTrying)) return undefined;
    const isTrial = state === 'half-open';
    if (isTrial) this.#isTrying = true;
    const epoch = this.#epoch;
    let isSettled = false;
    const settle = (outcome?: boolean): void => {
      if (isSettled) return;
      isSettled = true;
      if (epoch !== this.#epoch) return;
      if (isTrial) this.#isTrying = false;
      if (outcome !== undefined) this.#record(outcome, isTrial);
    };
    return {
      succeed: () => settle(true),
      fail: () => settle(false),
      discard: () => settle(),
    };
  }

  #record(isSuccess: boolean, isTrial: boolean): void {
    if (isTrial) {
      if (isSuccess) this.#close();
      else this.#open();
      return;
    }
    this.#outcomes.push(isSuccess);
    if (this.#outcomes.length > this.#settings.window) this.#outcomes.shift();
    const failures = this.#outcomes.filter((outcome) => !outcome).length;
    const { minimumCalls, failureShare } = this.#settings;
    const isEnough = !isSuccess && this.#outcomes.length >= minimumCalls;
    if (isEnough && failures / this.#outcomes.length >= failureShare) this.#open();
  }

  #open(): void {
    this.#openUntil = this.#now() + this.#settings.openMs;
    this.#change();
  }

  #close(): void {
    this.#openUntil = undefined;
    this.#change();
  }

  #change(): void {
    this.#outcomes = [];
    this.#isTrying = false;
    this.#epoch++;
  }
}
