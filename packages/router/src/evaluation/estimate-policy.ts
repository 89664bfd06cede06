import { EmbedLLMError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { type MeanEstimate, meanEstimate } from './mean-estimate.js';

/** What `estimatePolicy` takes: N logged decisions, each list of length N, at least two. */
export interface EstimatePolicyOptions {
  /** What came of each decision: how good the answer was, or what it cost. */
  readonly outcomes: ArrayLike<number>;
  /** How likely the decision was when it was made: above 0, to 1. */
  readonly propensities: ArrayLike<number>;
  /** How likely the judged policy is to make the same decision, from 0 to 1. */
  readonly choices: ArrayLike<number>;
  /** What was expected of each decision, for the doubly robust estimate, in the unit of outcomes. */
  readonly expected?: ArrayLike<number> | undefined;
  /** What is expected of the judged policy on the same request: mean over its choices. */
  readonly expectedOfPolicy?: ArrayLike<number> | undefined;
  /**
   * What came of what was done, for `gain`, where `outcomes` are those of answers that were had as well.
   *
   * @default outcomes
   */
  readonly done?: ArrayLike<number> | undefined;
  /** Of the intervals, between 0 and 1. @default 0.95 */
  readonly confidence?: number | undefined;
}

/** A mean outcome, by up to three estimators. */
export interface OffPolicyEstimates {
  /** Inverse propensity scores: unbiased, and wide where the policies differ. */
  readonly ips: MeanEstimate;
  /** The same with weights that sum to one: usually narrower, with a bias that vanishes as 1/N. */
  readonly snips: MeanEstimate;
  /** Expectations, corrected by the weighted outcomes: the narrower the better these are. */
  readonly doublyRobust?: MeanEstimate | undefined;
}

/** What a policy would have achieved on average. */
export interface PolicyEstimate extends OffPolicyEstimates {
  /** How much more than the policy that logged; the intervals are of the difference. */
  readonly gain: OffPolicyEstimates;
  /** N. */
  readonly decisions: number;
  /** As many decisions of the judged policy itself would say as much: (Σw)² / Σw². */
  readonly effectiveDecisions: number;
  /** Mean of the weights, which is 1 but for chance where the propensities are right. */
  readonly meanWeight: number;
}

/**
 * What a policy would have achieved, from a log of another one that explored. The weight of a decision is
 * w = π(choice) / propensity. IPS is the mean of w · outcome (Horvitz and Thompson 1952), SNIPS divides it
 * by the mean of w (Swaminathan and Joachims 2015), and the doubly robust estimate is the mean of
 * q̂(π) + w · (outcome - q̂(choice)) (Dudík, Langford and Li 2011, arXiv 1103.4601), right on average for
 * any expectations q̂ that were made without the outcomes. Intervals allow for skewness.
 *
 * A decision that was certain says nothing of any other choice: where the judged policy might choose
 * otherwise, no estimate is possible.
 *
 * @throws EmbedLLMError `shape-mismatch` on lists of different length, `invalid-argument` on values out of
 * range, naming the decision, `invalid-data` where the log cannot tell: certain decisions that the policy
 * would not make, or no decision that it would; `not-finite` where weights or outcomes are so large that
 * their powers overflow.
 *
 * @example
 * const { snips } = estimatePolicy({
 *   outcomes: [1, 0, 1, 1],
 *   propensities: [0.9, 0.1, 0.9, 0.1],
 *   choices: [1, 0, 1, 1],
 * });
 * console.log(snips.value); // 1
 */
export function estimatePolicy(options: EstimatePolicyOptions): PolicyEstimate {
  const { outcomes, propensities, choices, done = outcomes, confidence = 0.95 } = options;
  checkNumber('confidence', confidence, { above: 0, below: 1 });
  const { expected, expectedOfPolicy } = options;
  const N = outcomes.length;
  assertLengths(N, options);
  if (N < 2) throw invalid('At least two decisions are needed.', 'invalid-argument');
  const weights = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    const [outcome, propensity, choice] = [outcomes[i]!, propensities[i]!, choices[i]!];
    if (!Number.isFinite(outcome)) wrong('outcome', i, outcome, 'a finite number');
    if (!(propensity > 0 && propensity <= 1)) wrong('propensity', i, propensity, 'above 0, to 1');
    if (!(choice >= 0 && choice <= 1)) wrong('choice', i, choice, 'from 0 to 1');
    if (propensity === 1 && choice < 1) {
      throw invalid(
        `Decision ${i} was certain (propensity 1) and the policy might choose differently, so the log cannot show what would have happened. Leave such decisions out, or log with a policy that explores.`,
        'invalid-data',
      );
    }
    weights[i] = choice / propensity;
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) {
    throw invalid('The policy would have made none of the logged decisions.', 'invalid-data');
  }
  const meanWeight = sum / N;
  const weighted = weights.map((weight, i) => weight * outcomes[i]!);
  const ratio = weighted.reduce((total, one) => total + one, 0) / sum;
  const robust =
    expected &&
    expectedOfPolicy &&
    weights.map((weight, i) => expectedOfPolicy[i]! + weight * (outcomes[i]! - expected[i]!));
  // The linearised ratio: it has the same mean and, for large N, the same variance.
  const linear = weights.map((weight, i) => ratio + (weight * (outcomes[i]! - ratio)) / meanWeight);
  const estimates = (less: ArrayLike<number> | undefined): OffPolicyEstimates => {
    const mean = (values: Float64Array): MeanEstimate =>
      meanEstimate(less ? values.map((value, i) => value - less[i]!) : values, confidence);
    return {
      ips: mean(weighted),
      snips: mean(linear),
      ...(robust && { doublyRobust: mean(robust) }),
    };
  };
  const estimate = {
    ...estimates(undefined),
    gain: estimates(done),
    decisions: N,
    effectiveDecisions: sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0),
    meanWeight,
  };
  assertFinite(estimate);
  return estimate;
}

/** Powers of enormous weights or outcomes overflow. */
function assertFinite({ gain, effectiveDecisions, ...estimates }: PolicyEstimate): void {
  const means = [estimates, gain].flatMap((of) => [of.ips, of.snips, of.doublyRobust ?? []].flat());
  if ([effectiveDecisions, ...means.flatMap((mean) => Object.values(mean))].every(Number.isFinite))
    return;
  throw new EmbedLLMError(
    'The estimate is not finite: propensities are too small, or outcomes or expectations too large.',
    { code: 'not-finite' },
  );
}

function assertLengths(N: number, options: EstimatePolicyOptions): void {
  const { propensities, choices, expected, expectedOfPolicy, done } = options;
  if ((expected === undefined) !== (expectedOfPolicy === undefined)) {
    throw invalid('`expected` and `expectedOfPolicy` must be given together.', 'invalid-argument');
  }
  for (const [name, list] of Object.entries({
    propensities,
    choices,
    expected,
    expectedOfPolicy,
    done,
  })) {
    if (list === undefined || list.length === N) continue;
    throw invalid(`There are ${list.length} ${name}, but ${N} outcomes.`, 'shape-mismatch');
  }
  for (const [name, list] of Object.entries({ expected, expectedOfPolicy, done })) {
    const index = Array.from(list ?? []).findIndex((value) => !Number.isFinite(value));
    if (index >= 0) wrong(name, index, list?.[index], 'a finite number');
  }
}

function wrong(what: string, index: number, value: unknown, range: string): never {
  const message = `The ${what} of decision ${index} must be ${range}, but is ${value}.`;
  throw invalid(message, 'invalid-argument');
}

function invalid(
  message: string,
  code: 'invalid-argument' | 'invalid-data' | 'shape-mismatch',
): EmbedLLMError {
  return new EmbedLLMError(message, { code });
}
