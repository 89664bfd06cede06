/**
 * How the mean error of a model's predictions on a benchmark is distributed over models and
 * benchmarks, beyond what sampling explains: a mixture of normal distributions with mean zero.
 */
export interface MisfitDistribution {
  /** Standard deviations in accuracy, ascending from 0. */
  readonly deviations: readonly number[];
  /** Share of each; they sum to 1. */
  readonly shares: readonly number[];
}

/** A measured misfit: a prediction-powered estimate minus the posterior's, with its variance. */
export interface MeasuredMisfit {
  readonly difference: number;
  readonly variance: number;
}

const DEVIATIONS = [0, 0.01, 0.02, 0.04, 0.08, 0.16];
/** Pairs of model and benchmark that the prior of the shares counts for: mostly little misfit. */
const PRIOR_COUNTS = [4, 2, 1, 0.5, 0.25, 0.25];
const EM_STEPS = 60;

/** The shares of greatest posterior probability, by expectation maximisation. */
export function fitMisfit(groups: readonly (readonly MeasuredMisfit[])[]): MisfitDistribution {
  let shares = normalised(PRIOR_COUNTS);
  for (let step = 0; step < EM_STEPS; step++) {
    const counts = [...PRIOR_COUNTS];
    for (const group of groups) {
      misfitShares(group, { deviations: DEVIATIONS, shares }).forEach((share, index) => {
        counts[index] = counts[index]! + share;
      });
    }
    shares = normalised(counts);
  }
  return { deviations: DEVIATIONS, shares };
}

/** Shares given the misfits that one model showed, which have one deviation in common. */
export function misfitShares(
  measured: readonly MeasuredMisfit[],
  { deviations, shares }: MisfitDistribution,
): number[] {
  const logs = deviations.map((deviation, index) => {
    let log = Math.log(shares[index]!);
    for (const { difference, variance } of measured) {
      const total = Math.max(variance + deviation * deviation, 1e-12);
      log -= 0.5 * (Math.log(total) + (difference * difference) / total);
    }
    return log;
  });
  const largest = Math.max(...logs);
  return normalised(logs.map((log) => Math.exp(log - largest)));
}

/** What remains of a misfit after shrinkage: its expected value and variance. */
export function shrinkMisfit(
  { difference, variance }: MeasuredMisfit,
  deviations: readonly number[],
  shares: readonly number[],
): { correction: number; variance: number } {
  let correction = 0;
  let second = 0;
  deviations.forEach((deviation, index) => {
    const total = variance + deviation * deviation;
    const weight = total > 0 ? (deviation * deviation) / total : 0;
    const share = shares[index]!;
    correction += share * weight * difference;
    second += share * ((weight * difference) ** 2 + weight * variance);
  });
  return { correction, variance: Math.max(0, second - correction * correction) };
}

function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
