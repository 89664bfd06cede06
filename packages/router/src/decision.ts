import type { ModelInfo } from '@embedllm/core';
import { rankModels } from './rank.js';

/** One model that a question could go to. */
export interface RouteCandidate {
  readonly model: ModelInfo;
  /** Predicted probability of a correct answer, from 0 to 1. */
  readonly probability: number;
  /**
   * Expected price of one answer in US dollars: `pricePerMillionOutputTokens` times
   * `metadata.meanOutputTokens` over a million. Input tokens are not counted. `undefined` where
   * the pool does not give both.
   */
  readonly expectedCostUsd?: number | undefined;
}

/** Where a question should go. */
export interface RouteDecision {
  /** The chosen model. */
  readonly model: ModelInfo;
  /** Its predicted probability of a correct answer, from 0 to 1. */
  readonly probability: number;
  /** The best models, most likely to be correct first; the chosen one leads. */
  readonly candidates: readonly RouteCandidate[];
  /** One sentence for logs. */
  readonly reason: string;
}

/** A model of the pool with its expected cost, worked out once. */
export interface PoolEntry {
  readonly model: ModelInfo;
  readonly expectedCostUsd: number | undefined;
}

/**
 * Decides for one question.
 *
 * @param logits - Length M, finite, in pool order.
 * @param allowed - Indices of the models to choose from, ascending, at least one.
 * @param top - How many candidates to list, at least 1.
 */
export function decide(
  logits: Float32Array,
  pool: readonly PoolEntry[],
  allowed: readonly number[],
  top: number,
): RouteDecision {
  const candidates = rankModels(logits, allowed, Math.max(top, 2)).map((index): RouteCandidate => {
    const { model, expectedCostUsd } = pool[index] as PoolEntry;
    const probability = 1 / (1 + Math.exp(-(logits[index] as number)));
    return expectedCostUsd === undefined
      ? { model, probability }
      : { model, probability, expectedCostUsd };
  });
  const best = candidates[0] as RouteCandidate;
  const reason = explain(best, candidates[1], allowed.length);
  if (top < candidates.length) candidates.length = top;
  return { model: best.model, probability: best.probability, candidates, reason };
}

function explain(best: RouteCandidate, second: RouteCandidate | undefined, count: number): string {
  const chosen = `${best.model.name} is ${percent(best)} likely to answer correctly`;
  return second
    ? `${chosen}, the highest of ${count} models; next is ${second.model.name} with ${percent(second)}.`
    : `${chosen} and is the only model to choose from.`;
}

function percent({ probability }: RouteCandidate): string {
  return `${(100 * probability).toFixed(1)}%`;
}
