import { checkNumber } from '@embedllm/internals';
import { type MeanEstimate, meanEstimate } from '../evaluation/mean-estimate.js';
import type { DrawnRequests } from './draw-requests.js';

/** What `testShare` takes. */
export interface TestShareOptions {
  readonly drawn: DrawnRequests;
  /** The model that the policy chooses for each request, length N. */
  readonly choices: ArrayLike<number>;
  /** Index of the model that answers everything at present. */
  readonly best: number;
  /** The share of that model's quality to keep, from 0 to 1. */
  readonly share: number;
  /** How sure to be, from 0.5 to below 1. */
  readonly confidence: number;
  /** How good the answer of a model to a request was, from 0 to 1: of drawn requests, as marked. */
  readonly outcome: (request: number, model: number) => number;
  /** What the router predicts of it, for all requests and models. */
  readonly predicted: (request: number, model: number) => number;
}

/** Drawn requests that a policy must take from the present model for marks to say anything of it. */
const FEWEST = 10;

/** A policy's quality, estimated from marked answers. */
export interface TestedShare {
  /** Whether it keeps the share, with the confidence. */
  readonly isKept: boolean;
  /** How much quality is lost beyond what may be, in the unit of outcomes: kept where all is below 0. */
  readonly loss: MeanEstimate;
  /** Estimated quality of the present model and of the policy. */
  readonly bestQuality: number;
  readonly quality: number;
}

/**
 * Whether a policy keeps a share ρ of the quality of the model that answers everything at present, from
 * marked answers to drawn requests. The mean of ρ · y(present) - y(chosen) over all requests is estimated
 * with the help of predictions (prediction-powered inference with a tuned weight, Angelopoulos et al., arXiv
 * 2311.01453), and the share is kept where the one-sided upper bound is not above 0. Policies are to be tested
 * from cautious to bold until one fails (learn then test, fixed sequence, arXiv 2110.01052): then the chance
 * that any one which passed does not keep its share is at most 1 - confidence.
 *
 * The bound is one of large samples, made for skewed values; a policy that takes fewer than 10 of the drawn
 * requests does not pass.
 *
 * @throws EmbedLLMError `invalid-argument` on a share or confidence out of range.
 */
export function testShare(options: TestShareOptions): TestedShare {
  const { drawn, choices, best, share, confidence, outcome, predicted } = options;
  checkNumber('share', share, { min: 0, max: 1 });
  checkNumber('confidence', confidence, { min: 0.5, below: 1 });
  const { requests, weights } = drawn;
  const N = choices.length;
  const lossOf = (value: typeof outcome, request: number): number =>
    share * value(request, best) - value(request, choices[request]!);
  let expected = 0;
  for (let n = 0; n < N; n++) expected += lossOf(predicted, n) / N;
  const marked = weights.map((weight, i) => weight * lossOf(outcome, requests[i]!));
  const guessed = weights.map((weight, i) => weight * lossOf(predicted, requests[i]!));
  const lambda = tuned(marked, guessed);
  const values = marked.map((value, i) => value + lambda * (expected - guessed[i]!));
  const loss = meanEstimate(values, 2 * confidence - 1);
  const taken = requests.filter((n) => choices[n] !== best).length;
  const mean = (of: (request: number) => number): number => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.reduce((sum, weight, i) => sum + weight * of(requests[i]!), 0) / total;
  };
  return {
    isKept: taken >= FEWEST && loss.upper <= 0,
    loss,
    bestQuality: mean((n) => outcome(n, best)),
    quality: mean((n) => outcome(n, choices[n]!)),
  };
}

/** The weight of predictions with the least variance, from 0 to 1; drawn to 1 in small samples. */
function tuned(marked: Float64Array, guessed: Float64Array): number {
  const n = marked.length;
  const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one / n, 0);
  const [a, b] = [mean(marked), mean(guessed)];
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    covariance += (marked[i]! - a) * (guessed[i]! - b);
    variance += (guessed[i]! - b) ** 2;
  }
  const prior = (10 * variance) / n;
  return variance === 0 ? 0 : Math.min(1, Math.max(0, (covariance + prior) / (variance + prior)));
}
