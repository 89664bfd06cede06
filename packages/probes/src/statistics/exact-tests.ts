import { EmbedLLMError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';

/** ln(k!) for k from 0 to n. */
function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) table[k] = table[k - 1]! + Math.log(k);
  return table;
}

/**
 * P(X ≥ successes) for X binomial: one-sided exact test that the probability is at most
 * `probability`. O(trials).
 *
 * @param successes - An integer from 0 to `trials`.
 * @param probability - From 0 to 1.
 * @throws EmbedLLMError `invalid-argument` on counts that are not, or a probability out of range.
 */
export function binomialTail(successes: number, trials: number, probability: number): number {
  assertCounts(successes, trials);
  checkNumber('A probability', probability, { min: 0, max: 1 });
  if (successes === 0) return 1;
  if (probability === 0) return 0;
  if (probability === 1) return 1;
  const factorials = logFactorials(trials);
  const at = (k: number): number => factorials[k]!;
  const [yes, no] = [Math.log(probability), Math.log1p(-probability)];
  let tail = 0;
  for (let k = trials; k >= successes; k--) {
    tail += Math.exp(at(trials) - at(k) - at(trials - k) + k * yes + (trials - k) * no);
  }
  return Math.min(1, tail);
}

/**
 * Exact two-sided McNemar test (1947) of paired answers: under the null each of the pairs that
 * differ is as likely to differ one way as the other. p = min(1, 2 P(X ≥ larger)).
 *
 * @param first - Pairs where only the first is right.
 * @param second - Pairs where only the second is right.
 */
export function mcnemarExact(first: number, second: number): number {
  return Math.min(1, 2 * binomialTail(Math.max(first, second), first + second, 0.5));
}

/**
 * One-sided exact test of Fisher (1935) that the first sample has no larger share than the second:
 * P(X ≥ successesA) with both margins fixed. O(trialsA).
 */
export function fisherExactGreater(
  successesA: number,
  trialsA: number,
  successesB: number,
  trialsB: number,
): number {
  assertCounts(successesA, trialsA);
  assertCounts(successesB, trialsB);
  const total = trialsA + trialsB;
  const successes = successesA + successesB;
  const factorials = logFactorials(total);
  const choose = (n: number, k: number): number =>
    factorials[n]! - factorials[k]! - factorials[n - k]!;
  const all = choose(total, successes);
  let tail = 0;
  for (let k = Math.min(trialsA, successes); k >= successesA; k--) {
    if (successes - k > trialsB) break;
    tail += Math.exp(choose(trialsA, k) + choose(trialsB, successes - k) - all);
  }
  return Math.min(1, tail);
}

/**
 * P(X ≥ successes) for X the number of successes in independent trials of different probabilities
 * (Poisson binomial distribution), by adding one trial at a time within ±`WINDOW` standard
 * deviations; what falls outside, below 1e-20, counts for the tail. O(trials x window).
 */
export function poissonBinomialTail(probabilities: ArrayLike<number>, successes: number): number {
  let mean = 0;
  let variance = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    mean += p;
    variance += p * (1 - p);
  }
  const reach = WINDOW * Math.sqrt(variance) + 10;
  if (successes > mean + reach) return BEYOND;
  if (successes <= mean - reach) return 1;
  const size = Math.ceil(2 * reach) + 3;
  let low = 0;
  const pmf = new Float64Array(size);
  pmf[0] = 1;
  let filled = 1;
  let running = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    running += p;
    if (filled === size) {
      // Drop the end that lies farther from the running mean.
      if (running - low > low + size - 1 - running) {
        pmf.copyWithin(0, 1);
        low++;
      }
      filled--;
      pmf[filled] = 0;
    }
    for (let k = filled; k > 0; k--) {
      pmf[k] = pmf[k]! * (1 - p) + pmf[k - 1]! * p;
    }
    pmf[0] = pmf[0]! * (1 - p);
    filled++;
  }
  let tail = 0;
  for (let k = filled - 1; k >= 0 && low + k >= successes; k--) tail += pmf[k]!;
  return Math.min(1, tail + BEYOND);
}

/** Ten standard deviations: less than 1e-20 lies outside (Bernstein's inequality). */
const WINDOW = 10;
const BEYOND = 1e-20;

function assertCounts(successes: number, trials: number): void {
  if (
    !(Number.isSafeInteger(successes) && Number.isSafeInteger(trials)) ||
    successes < 0 ||
    successes > trials
  ) {
    throw new EmbedLLMError(`${successes} of ${trials} is not a count of successes among trials.`, {
      code: 'invalid-argument',
    });
  }
}
