import { type MeanEstimate, meanEstimate } from '../evaluation/mean-estimate.js';
import { type CascadeLog, checkLog } from './cascade-log.js';

/** How a cascade would have done on a log of answers. */
export interface CascadeAdvice {
  readonly requests: number;
  /** Share of requests on which the models that are asked first agree. */
  readonly agreement: number;
  /** Quality of the first model's answer where they agree, and of the better model's there. */
  readonly rightWhereAgreed: number;
  readonly betterWhereAgreed: number;
  /** Quality of the cascade less that of the better model alone, with a 95% interval. */
  readonly difference: MeanEstimate;
  /**
   * What the cascade costs as a share of the better model alone. Infinity where only that one is free,
   * NaN where all are.
   */
  readonly costRatio: number;
  /**
   * Cost of the models that are asked first, as a share of the better model's, like `costRatio`. A
   * cascade pays if it is below `agreement`.
   */
  readonly priceRatio: number;
  /**
   * `pays`: cheaper, and not shown to be worse. `worse`: the interval of the difference is below 0. `dearer`:
   * asking first costs more than it saves. `free`: no model costs anything, so only quality counts.
   */
  readonly verdict: 'pays' | 'worse' | 'dearer' | 'free';
}

/**
 * Whether a cascade pays, from logged answers of all its models to the same requests: it is cheaper where what
 * is asked first costs less than the share of the better model's price that agreement saves, and as good where
 * answers on which they agree are as good as the better model's.
 *
 * @throws EmbedLLMError `shape-mismatch` on lists of different length, `invalid-argument` on values out of range,
 * naming list and request, or fewer than 20 requests.
 */
export function adviseCascade(log: CascadeLog): CascadeAdvice {
  const N = checkLog(log);
  const { agreed, first, better, firstCostsUsd, betterCostsUsd } = log;
  const count = sum(agreed, N);
  const where = (values: ArrayLike<number>): number => {
    let total = 0;
    for (let n = 0; n < N; n++) total += agreed[n]! * values[n]!;
    return count > 0 ? total / count : Number.NaN;
  };
  const differences = Float64Array.from(
    { length: N },
    (_, n) => agreed[n]! * (first[n]! - better[n]!),
  );
  const difference = meanEstimate(differences, 0.95);
  const strong = sum(betterCostsUsd, N);
  let escalated = 0;
  for (let n = 0; n < N; n++) escalated += (1 - agreed[n]!) * betterCostsUsd[n]!;
  const costRatio = (sum(firstCostsUsd, N) + escalated) / strong;
  return {
    requests: N,
    agreement: count / N,
    rightWhereAgreed: where(first),
    betterWhereAgreed: where(better),
    difference,
    costRatio,
    priceRatio: sum(firstCostsUsd, N) / strong,
    verdict: verdictOf(costRatio, difference),
  };
}

function verdictOf(costRatio: number, difference: MeanEstimate): CascadeAdvice['verdict'] {
  if (Number.isNaN(costRatio)) return 'free';
  if (costRatio >= 1) return 'dearer';
  return difference.upper < 0 ? 'worse' : 'pays';
}

function sum(values: ArrayLike<number>, N: number): number {
  let total = 0;
  for (let n = 0; n < N; n++) total += values[n]!;
  return total;
}
