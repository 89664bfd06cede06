import type { Matrix } from '@embedllm/core';
import { assertSetting } from '../policies/assert-setting.js';
import type { RouterPool } from '../pool/router-pool.js';

/** Options of `fallbacks`. */
export interface FallbackOptions {
  /** How many models to name, from 0. @default 3 */
  readonly count?: number | undefined;
  /**
   * Embeddings of the questions to be served, shape [Q, D]: distances are then taken between
   * logits on these.
   *
   * @default distances between the embeddings themselves
   */
  readonly questions?: Matrix | undefined;
}

/** A model that answers much like another. */
export interface Fallback {
  readonly model: string;
  /**
   * Root mean square difference of the two models' logits on the questions given, or the
   * Euclidean distance between u_m = p_m * (w_1 - w_0).
   */
  readonly distance: number;
}

/** The models nearest to one of a pool, nearest first; the earlier one on a tie. */
export function nearestModels(
  pool: RouterPool,
  name: string,
  { count = 3, questions }: FallbackOptions,
): Fallback[] {
  assertSetting('count', count, 0, Number.MAX_SAFE_INTEGER);
  const own = pool.indexOf(name);
  const squares = new Float64Array(pool.models.length);
  if (questions) {
    const logits = pool.scorer.score(questions);
    for (let q = 0; q < logits.rows; q++) {
      squares.forEach((sum, m) => {
        squares[m] = sum + (logits.at(q, m) - logits.at(q, own)) ** 2 / logits.rows;
      });
    }
  } else {
    const { embeddings, base } = pool.scorer;
    for (let k = 0; k < embeddings.cols; k++) {
      const weight = base.classifier.at(1, k) - base.classifier.at(0, k);
      squares.forEach((sum, m) => {
        squares[m] = sum + (weight * (embeddings.at(m, k) - embeddings.at(own, k))) ** 2;
      });
    }
  }
  return [...squares.keys()]
    .filter((m) => m !== own)
    .sort((a, b) => (squares[a] as number) - (squares[b] as number) || a - b)
    .slice(0, count)
    .map((m) => ({
      model: pool.models[m]?.name ?? '',
      distance: Math.sqrt(squares[m] as number),
    }));
}
