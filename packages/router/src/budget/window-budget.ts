import { checkNumber } from '@embedllm/internals';
import { formatUsd } from '../policies/format.js';
import type { PolicyPart, PolicyRequest } from '../policies/policy.js';
import { preferUtility } from '../policies/utility.js';

/** Options of `WindowBudget`. */
export interface WindowBudgetOptions {
  /** What may be spent in each window, in US dollars, above 0. */
  readonly budgetUsd: number;
  /** Length of a window in milliseconds, above 0; the first begins with the first decision. */
  readonly windowMs: number;
  /**
   * How fast the price of a dollar follows the spending, from 0 to 1.
   *
   * @default 0.05
   */
  readonly learningRate?: number | undefined;
  /** The present time in milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Keeps spending within a budget for each window of time, spread over the window: policies for a
 * stream of requests that share one instance.
 *
 * The objective is P(correct) - λ · cost. After each answer λ is multiplied by
 * exp(η (cost / allowance - 1)), the mirror descent on the dual of the budget (Balseiro, Lu and
 * Mirrokni 2023, Operations Research 71), where the allowance is what is left of the budget times
 * the share of the remaining time that a request takes. The constraint lets no model answer whose
 * expected cost is more than what is left, reservations counted, after putting aside what the
 * cheapest model would cost on all requests still to come: spending exceeds the budget only by what
 * answers cost above expectation, and requests are served to the end where the cheapest model can
 * be paid.
 *
 * @example
 * const budget = new WindowBudget({ budgetUsd: 10, windowMs: 86_400_000 });
 * const decision = await router.route(question, { policy: budget.policy });
 * const settle = budget.reserve(decision.expectedCostUsd);
 * settle(actualCostUsd);
 */
export class WindowBudget {
  /** For `route`, alone or in a list with further constraints. */
  readonly policy: readonly PolicyPart[];
  readonly #budgetUsd: number;
  readonly #windowMs: number;
  readonly #learningRate: number;
  readonly #now: () => number;
  #windowStart: number | undefined;
  #spentUsd = 0;
  #reservedUsd = 0;
  /** λ; 0 until the first answer is paid, which sets its scale. */
  #price = 0;
  #lastRequest: number | undefined;
  /** Worked out once a request, since the constraint is asked for each model. */
  #cheapest: { request: PolicyRequest; costUsd: number; availableUsd: number } | undefined;
  /** Smoothed time between requests in milliseconds. */
  #intervalMs: number | undefined;

  /** @throws EmbedLLMError `invalid-argument` on options out of range. */
  constructor(options: WindowBudgetOptions) {
    const { budgetUsd, windowMs, learningRate = 0.05, now = Date.now } = options;
    checkNumber('budgetUsd', budgetUsd, { above: 0 });
    checkNumber('windowMs', windowMs, { above: 0 });
    checkNumber('learningRate', learningRate, { min: 0, max: 1 });
    this.#budgetUsd = budgetUsd;
    this.#windowMs = windowMs;
    this.#learningRate = learningRate;
    this.#now = now;
    const name = `${formatUsd(budgetUsd)} in ${windowMs} ms`;
    this.policy = [
      {
        kind: 'constraint',
        name,
        needs: ['cost'],
        admits: (request, model) => this.#affords(request, model),
      },
      {
        kind: 'objective',
        name,
        prefer: (request, admitted) => preferUtility(request, this.#price, admitted),
      },
    ];
  }

  /** What is left in the present window, reservations taken off, in US dollars. */
  get remainingUsd(): number {
    this.#roll();
    return Math.max(0, this.#budgetUsd - this.#spentUsd - this.#reservedUsd);
  }

  /** λ at present: the probability of a correct answer that one dollar has to bring. */
  get lambda(): number {
    return this.#price;
  }

  /**
   * Sets aside the expected cost of an answer that is about to be asked for.
   *
   * @param expectedCostUsd - From the decision; unknown counts as nothing.
   * @returns to be called once with the actual cost when it is known; without it the expected
   * cost is spent. Calls after the first do nothing.
   */
  reserve(expectedCostUsd = 0): (actualCostUsd?: number) => void {
    checkNumber('expectedCostUsd', expectedCostUsd, { min: 0 });
    this.#roll();
    const time = this.#now();
    if (this.#lastRequest !== undefined) {
      const interval = Math.max(0, time - this.#lastRequest);
      this.#intervalMs = 0.95 * (this.#intervalMs ?? interval) + 0.05 * interval;
    }
    this.#lastRequest = time;
    this.#reservedUsd += expectedCostUsd;
    let isOpen = true;
    return (actualCostUsd = expectedCostUsd) => {
      checkNumber('actualCostUsd', actualCostUsd, { min: 0 });
      if (!isOpen) return;
      isOpen = false;
      this.#roll();
      this.#learn(actualCostUsd);
      this.#reservedUsd = Math.max(0, this.#reservedUsd - expectedCostUsd);
      this.#spentUsd += actualCostUsd;
    };
  }

  #affords(request: PolicyRequest, model: number): boolean {
    if (this.#cheapest?.request !== request) {
      let costUsd = Number.POSITIVE_INFINITY;
      // An unknown price, NaN, is never the least.
      for (const cost of request.costsUsd) if (cost < costUsd) costUsd = cost;
      const keptUsd = Math.max(0, this.#requestsLeft() - 1) * costUsd;
      this.#cheapest = { request, costUsd, availableUsd: this.remainingUsd - keptUsd };
    }
    const { costUsd, availableUsd } = this.#cheapest;
    const cost = request.costsUsd[model]!;
    return cost <= (cost <= costUsd ? this.remainingUsd : availableUsd);
  }

  /** Requests still to come in this window, this one included, at the present rate; at least 1. */
  #requestsLeft(): number {
    this.#roll();
    const left = this.#windowMs - (this.#now() - (this.#windowStart as number));
    const interval = this.#intervalMs ?? this.#windowMs / 100;
    return Math.max(1, left / Math.max(interval, 1e-6 * this.#windowMs));
  }

  #learn(costUsd: number): void {
    const allowance = Math.max(this.#budgetUsd - this.#spentUsd, 1e-12) / this.#requestsLeft();
    // At first a whole allowance is worth a tenth of a correct answer.
    if (this.#price === 0) this.#price = 0.1 / allowance;
    const excess = Math.min(10, costUsd / allowance - 1);
    this.#price *= Math.exp(this.#learningRate * excess);
    // Bounds in units of the allowance keep λ able to come back.
    this.#price = Math.min(1e3 / allowance, Math.max(1e-4 / allowance, this.#price));
  }

  #roll(): void {
    const time = this.#now();
    this.#windowStart ??= time;
    const windows = Math.floor((time - this.#windowStart) / this.#windowMs);
    if (windows < 1) return;
    this.#windowStart += windows * this.#windowMs;
    this.#spentUsd = 0;
  }
}
