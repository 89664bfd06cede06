import type { BreakerSettings } from '../configuration/configuration.js';

/** Whether calls are let through. */
export type CircuitState = 'closed' | 'half-open' | 'open';

/** The right to make one call; report how the call went, or that it says nothing. */
export interface CircuitPass {
  succeed(): void;
  fail(): void;
  /** The call ended for a reason that says nothing about the upstream. */
  discard(): void;
}

/** Calls that may try a half-open circuit at once: one that hangs must not keep it shut. */
const MAX_TRIALS = 3;

/**
 * Leaves a model of an upstream alone while most of its calls fail (the circuit breaker pattern).
 * Closed, it counts the calls of the last `windowMs`; open, it refuses all until `openMs` have
 * passed; half-open, it lets a few calls through, the first outcome of which closes or opens it.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #now: () => number;
  readonly #onChange: (state: 'closed' | 'open') => void;
  #outcomes: { readonly isSuccess: boolean; readonly at: number }[] = [];
  #openUntil: number | undefined;
  #trials = 0;
  /** Outcomes of calls that began before the circuit last changed say nothing new. */
  #epoch = 0;

  /**
   * @param now - Milliseconds from any origin.
   * @param onChange - Called when it opens or closes.
   */
  constructor(
    settings: BreakerSettings,
    now: () => number,
    onChange: (state: 'closed' | 'open') => void = () => undefined,
  ) {
    this.#settings = settings;
    this.#now = now;
    this.#onChange = onChange;
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
    if (state === 'open' || (state === 'half-open' && this.#trials >= MAX_TRIALS)) return undefined;
    const isTrial = state === 'half-open';
    if (isTrial) this.#trials++;
    const epoch = this.#epoch;
    let isSettled = false;
    const settle = (outcome?: boolean): void => {
      if (isSettled) return;
      isSettled = true;
      if (epoch !== this.#epoch) return;
      if (isTrial) this.#trials--;
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
      this.#change(isSuccess ? 'closed' : 'open');
      return;
    }
    const { minimumCalls, failureShare, window, windowMs } = this.#settings;
    const now = this.#now();
    const outcomes = this.#outcomes;
    outcomes.push({ isSuccess, at: now });
    while (outcomes.length > window || now - (outcomes[0]?.at ?? now) >= windowMs) outcomes.shift();
    if (isSuccess || outcomes.length < minimumCalls) return;
    const failures = outcomes.filter((outcome) => !outcome.isSuccess).length;
    if (failures / outcomes.length >= failureShare) this.#change('open');
  }

  /** Takes over what another gateway found out. @param forMs - How long it stays open. */
  learn(state: CircuitState, forMs: number): void {
    // What is known better here stays.
    if (state === 'half-open' && this.#openUntil !== undefined) return;
    if (state === 'closed' && this.#openUntil === undefined) return;
    this.#become(state === 'closed' ? undefined : this.#now() + forMs);
  }

  #change(state: 'closed' | 'open'): void {
    this.#become(state === 'open' ? this.#now() + this.#settings.openMs : undefined);
    this.#onChange(state);
  }

  #become(openUntil: number | undefined): void {
    this.#openUntil = openUntil;
    this.#outcomes = [];
    this.#trials = 0;
    this.#epoch++;
  }
}
