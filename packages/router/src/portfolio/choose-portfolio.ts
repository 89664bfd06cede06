import { EmbedLLMError, type Matrix } from '@embedllm/core';
import { checkInteger, checkNumber, mean } from '@embedllm/internals';
import type { Router } from '../router.js';

/** Options of `choosePortfolio`. */
export interface PortfolioOptions {
  /** Embeddings of the questions to be served, shape [Q, D]. */
  readonly questions: Matrix;
  /** Charges models for their expected cost: quality minus λ x US dollars, λ from 0. @default 0 */
  readonly lambda?: number | undefined;
}

/** A small pool that serves the questions well. */
export interface Portfolio {
  /** In the order chosen: the first k are the greedy portfolio of size k. */
  readonly models: readonly string[];
  /** Mean of the best probability (minus λ x cost) in the first 1, 2, ... models. */
  readonly values: readonly number[];
  /** The same of the whole pool. */
  readonly poolValue: number;
  /**
   * No portfolio of this size is worth more: the greedy value plus the largest gains that were
   * left (from submodularity). Greedy itself reaches at least 1 - 1/e = 63% of the best gain over
   * nothing (Nemhauser, Wolsey and Fisher 1978).
   */
  readonly upperBound: number;
}

/**
 * Chooses greedily the models that keep the most routed quality: each in turn the one that raises
 * Σ_q max_m value_qm most. k Q M operations.
 *
 * @param values - Value of each model on each question, shape [Q, M].
 * @returns indices in the order chosen, values after each, and the bound.
 */
export function greedyPortfolio(
  values: readonly Float64Array[],
  size: number,
  M: number,
): { chosen: number[]; means: number[]; poolValue: number; upperBound: number } {
  const Q = values.length;
  checkInteger('The size of a portfolio', size, { min: 1, max: M });
  if (Q === 0)
    throw new EmbedLLMError('A portfolio needs at least one question.', {
      code: 'invalid-argument',
    });
  const floor = Math.min(...values.map((row) => Math.min(...row)));
  const best = new Float64Array(Q).fill(floor);
  const chosen: number[] = [];
  const means: number[] = [];
  while (chosen.length < size) {
    const gains = gainsOver(best);
    let pick = -1;
    for (let m = 0; m < M; m++) {
      if (chosen.includes(m)) continue;
      if (pick < 0 || gains[m]! > gains[pick]!) pick = m;
    }
    chosen.push(pick);
    for (let q = 0; q < Q; q++) {
      best[q] = Math.max(best[q]!, values[q]?.[pick] as number);
    }
    means.push(mean(best));
  }
  const remaining = [...gainsOver(best)].sort((a, b) => b - a).slice(0, size);
  const poolValue = mean(Float64Array.from(values, (row) => Math.max(...row)));
  const upperBound = Math.min(
    poolValue,
    mean(best) + remaining.reduce((sum, gain) => sum + gain, 0),
  );
  return { chosen, means, poolValue, upperBound };

  function gainsOver(level: Float64Array): Float64Array {
    const gains = new Float64Array(M);
    values.forEach((row, q) => {
      for (let m = 0; m < M; m++) {
        const gain = row[m]! - level[q]!;
        if (gain > 0) gains[m] = gains[m]! + gain / Q;
      }
    });
    return gains;
  }
}

/**
 * The models of a router that serve questions best, if only so many may be kept.
 *
 * @param size - From 1 to the number of models.
 * @throws EmbedLLMError `invalid-argument`, `shape-mismatch`, `not-finite`.
 * @example
 * const { models } = choosePortfolio(router, 3, { questions: await encoder.encode(texts) });
 */
export function choosePortfolio(
  router: Pick<Router, 'models' | 'predict'>,
  size: number,
  { questions, lambda = 0 }: PortfolioOptions,
): Portfolio {
  checkNumber('lambda', lambda, { min: 0 });
  const { probabilities, costsUsd } = router.predict(questions);
  const values = Array.from({ length: questions.rows }, (_, q) =>
    Float64Array.from(probabilities.row(q), (p, m) => {
      const cost = costsUsd.at(q, m);
      // A model of unknown price is worth nothing where price counts.
      return lambda === 0 ? p : Number.isNaN(cost) ? 0 : p - lambda * cost;
    }),
  );
  const M = router.models.length;
  const { chosen, means, poolValue, upperBound } = greedyPortfolio(values, size, M);
  const models = chosen.map((m) => router.models[m]?.name ?? '');
  return { models, values: means, poolValue, upperBound };
}
