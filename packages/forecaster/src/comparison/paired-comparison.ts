import { EmbedLLMError } from '@embedllm/core';

/** Options of a `PairedComparison`. */
export interface PairedComparisonOptions {
  /** Probability that the sequence never misleads, at any time, in (0, 1). @default 0.95 */
  readonly confidence?: number | undefined;
}

/** Where a comparison stands. */
export interface ComparisonState {
  /** Questions that both answered. */
  readonly questions: number;
  /** Right by the first model alone, and by the second alone. */
  readonly firstOnly: number;
  readonly secondOnly: number;
  /** Mean difference of correctness, first minus second, from -1 to 1; 0 without questions. */
  readonly difference: number;
  /** Confidence sequence of the difference, valid at all looks together. */
  readonly lower: number;
  readonly upper: number;
  /** Evidence against equal accuracy: its expected value is at most 1 if they are equal. */
  readonly eValue: number;
  /** 1 / the largest e-value so far, at most 1: an anytime-valid p-value. */
  readonly pValue: number;
  /** Which is better, once the evidence suffices at the stated confidence. */
  readonly better: 'first' | 'second' | undefined;
}

/** Points at which the mean is tested; the interval is no finer. */
const GRID_SIZE = 400;

/**
 * Compares two models on the same questions, one after the other in random order, with an error
 * probability that holds however often one looks and whenever one stops.
 *
 * Questions that both get right or both wrong say nothing. Of the others, half should go to each
 * model if they are equally accurate; the e-value bets against that with a uniform prior on the
 * share, B(s + 1, f + 1) 2^(s + f) for s and f wins (a mixture martingale: Robbins 1970; Howard,
 * Ramdas, McAuliffe and Sekhon 2021, Time-uniform confidence sequences). By Ville's inequality it ever
 * reaches 1 / alpha with probability at most alpha.
 *
 * The interval is a hedged capital process for the mean of (1 + difference) / 2 with predictable
 * plug-in bets (Waudby-Smith and Ramdas 2024, Estimating means of bounded random variables by
 * betting, section 4): the running intersection of the means against which the bets did not win.
 *
 * @example
 * ```ts
 * const comparison = new PairedComparison();
 * for (const [first, second] of answers) {
 *   if (comparison.add(first, second).better) break;
 * }
 * ```
 */
export class PairedComparison {
  readonly #alpha: number;
  #questions = 0;
  #firstOnly = 0;
  #secondOnly = 0;
  #largest = 1;
  #better: 'first' | 'second' | undefined;
  #sumOfSquares = 0.25;
  #lower = 0;
  #upper = 1;
  /** Log capital of the bets that the mean is above and below each point of the grid. */
  readonly #above = new Float64Array(GRID_SIZE + 1);
  readonly #below = new Float64Array(GRID_SIZE + 1);

  /** @throws EmbedLLMError `invalid-argument` on a confidence that is not between 0 and 1. */
  constructor(options: PairedComparisonOptions = {}) {
    const { confidence = 0.95 } = options;
    if (!(confidence > 0 && confidence < 1)) {
      throw new EmbedLLMError(
        `The confidence must be between 0 and 1 (0.95 for 95%), but is ${confidence}.`,
        { code: 'invalid-argument' },
      );
    }
    this.#alpha = 1 - confidence;
  }

  /** Takes the two answers to one question; true is right. O(400). */
  add(first: boolean, second: boolean): ComparisonState {
    this.#bet((1 + Number(first) - Number(second)) / 2);
    this.#questions++;
    if (first && !second) this.#firstOnly++;
    if (second && !first) this.#secondOnly++;
    const eValue = this.#eValue();
    this.#largest = Math.max(this.#largest, eValue);
    if (this.#better === undefined && eValue * this.#alpha >= 1) {
      this.#better = this.#firstOnly > this.#secondOnly ? 'first' : 'second';
    }
    return this.state;
  }

  /** Where the comparison stands. */
  get state(): ComparisonState {
    const won = this.#firstOnly - this.#secondOnly;
    return {
      questions: this.#questions,
      firstOnly: this.#firstOnly,
      secondOnly: this.#secondOnly,
      difference: this.#questions > 0 ? won / this.#questions : 0,
      lower: 2 * this.#lower - 1,
      upper: 2 * this.#upper - 1,
      eValue: this.#eValue(),
      pValue: 1 / this.#largest,
      better: this.#better,
    };
  }

  /** B(s + 1, f + 1) 2^(s + f) = 2^n / ((n + 1) binomial(n, s)), in logarithms. */
  #eValue(): number {
    const n = this.#firstOnly + this.#secondOnly;
    const fewer = Math.min(this.#firstOnly, this.#secondOnly);
    let log = n * Math.LN2 - Math.log(n + 1);
    for (let i = 1; i <= fewer; i++) log -= Math.log((n - fewer + i) / i);
    return Math.exp(Math.min(log, 700));
  }

  #bet(x: number): void {
    // The bet may depend on the past alone: a guess of the variance before this value is seen.
    const t = this.#questions + 1;
    const mean = (0.5 + (this.#questions + this.#firstOnly - this.#secondOnly) / 2) / t;
    const variance = this.#sumOfSquares / t;
    const bet = Math.sqrt((2 * Math.log(2 / this.#alpha)) / (variance * t * Math.log(1 + t)));
    this.#sumOfSquares += (x - mean) ** 2;
    const threshold = Math.log(2 / this.#alpha);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i <= GRID_SIZE; i++) {
      const m = i / GRID_SIZE;
      const up = Math.min(bet, 0.5 / Math.max(m, 1e-9));
      const down = Math.min(bet, 0.5 / Math.max(1 - m, 1e-9));
      this.#above[i] = this.#above[i]! + Math.log(1 + up * (x - m));
      this.#below[i] = this.#below[i]! + Math.log(1 - down * (x - m));
      // Half of the capital on each side, so that their larger half must stay below 1 / alpha.
      if (Math.max(this.#above[i]!, this.#below[i]!) >= threshold) continue;
      low = Math.min(low, m);
      high = Math.max(high, m);
    }
    // A mean between two grid points was not tested itself.
    if (low > high) return;
    this.#lower = Math.max(this.#lower, low === 0 ? 0 : low - 1 / GRID_SIZE);
    this.#upper = Math.min(this.#upper, high === 1 ? 1 : high + 1 / GRID_SIZE);
  }
}
