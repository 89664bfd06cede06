import { EmbedLLMError, type Matrix } from '@embedllm/core';

/** What `boldPolicies` takes: N requests, M models. */
export interface BoldPoliciesOptions {
  /** Probabilities as the router gives them, shape [N, M]. */
  readonly probabilities: Matrix;
  /** Expected costs in US dollars, shape [N, M]. */
  readonly costsUsd: Matrix;
  /** Index of the model that answers everything at present. */
  readonly best: number;
  /**
   * Shares of requests to take from that model, ascending, each above 0 and up to 1.
   *
   * @default 0.1, 0.2, ... to 1
   */
  readonly shares?: readonly number[] | undefined;
}

/** A policy that takes requests from a model, as choices on given requests. */
export interface BoldPolicy {
  /** What a dollar is worth in probability: the `lambda` of `utility`. */
  readonly lambda: number;
  /** The model that it chooses for each request, length N. */
  readonly choices: Int32Array;
  /** Share of requests that go to another model than the present one. */
  readonly switched: number;
}

const SHARES = Array.from({ length: 10 }, (_, k) => (k + 1) / 10);

/**
 * Policies that take more and more requests from one model, to be tested in this order: each maximises
 * probability - λ · cost among that model and those that are expected to cost less, for the λ with which it
 * takes the wanted share.
 *
 * @returns those that differ, the most cautious first; none where no model is expected to cost less.
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `invalid-argument` on a cost that is unknown.
 */
export function boldPolicies(options: BoldPoliciesOptions): BoldPolicy[] {
  const { probabilities, costsUsd, best, shares = SHARES } = options;
  const { rows: N, cols: M } = probabilities;
  if (costsUsd.rows !== N || costsUsd.cols !== M) {
    throw new EmbedLLMError(
      `Probabilities and costs must have one shape, but are [${N}, ${M}] and [${costsUsd.rows}, ${costsUsd.cols}].`,
      { code: 'shape-mismatch' },
    );
  }
  const unknown = costsUsd.data.findIndex((cost) => !Number.isFinite(cost));
  if (unknown >= 0) {
    throw new EmbedLLMError(
      `The cost of model ${unknown % M} is unknown, but these policies need the cost of every model.`,
      { code: 'invalid-argument' },
    );
  }
  // From which λ on a request is taken away, and the order of all.
  const critical = Float64Array.from({ length: N }, (_, n) => {
    let least = Number.POSITIVE_INFINITY;
    for (let m = 0; m < M; m++) {
      const saving = costsUsd.at(n, best) - costsUsd.at(n, m);
      const loss = probabilities.at(n, best) - probabilities.at(n, m);
      if (saving > 0) least = Math.min(least, Math.max(0, loss / saving));
    }
    return least;
  }).sort();
  const policies: BoldPolicy[] = [];
  for (const share of shares) {
    const at = critical[Math.min(N - 1, Math.max(0, Math.ceil(share * N) - 1))] ?? 0;
    if (!Number.isFinite(at)) break;
    // A little more, so that the request itself goes whatever the rounding.
    const lambda = at * (1 + 1e-6) + Number.MIN_VALUE;
    if (lambda <= (policies.at(-1)?.lambda ?? -1)) continue;
    const choices = Int32Array.from({ length: N }, (_, n) => {
      const value = (m: number): number => probabilities.at(n, m) - lambda * costsUsd.at(n, m);
      let chosen = best;
      for (let m = 0; m < M; m++) {
        if (costsUsd.at(n, m) < costsUsd.at(n, best) && value(m) >= value(chosen)) chosen = m;
      }
      return chosen;
    });
    const switched = choices.filter((choice) => choice !== best).length / N;
    policies.push({ lambda, choices, switched });
  }
  return policies;
}
