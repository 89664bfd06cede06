import type { Matrix } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { unknownModels } from '../pool/pool.js';
import type { Router } from '../router.js';

/** Options of `findStandIns`. */
export interface FindStandInsOptions {
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
export interface StandIn {
  readonly model: string;
  /**
   * Root mean square difference of the two models' logits on the questions given, or the
   * Euclidean distance between u_m = p_m * (w_1 - w_0).
   */
  readonly distance: number;
}

/**
 * Models of a router that answer most like one, nearest first, the earlier one on a tie: for
 * outages.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown model or a bad count; `shape-mismatch` or
 * `not-finite` on bad questions.
 * @example
 * const [standIn] = findStandIns(router, 'qwen-72b', { questions: await encoder.encode(texts) });
 */
export function findStandIns(
  router: Pick<Router, 'models' | 'score' | 'toModel'>,
  name: string,
  { count = 3, questions }: FindStandInsOptions = {},
): StandIn[] {
  checkNumber('count', count, { min: 0 });
  const { models } = router;
  const own = models.findIndex((model) => model.name === name);
  if (own < 0) throw unknownModels([name], models.length);
  const rows = questions ? router.score(questions) : router.toModel().modelDirections;
  // Logits have a model a column, and count with their mean square; directions have one a row.
  const [axes, scale] = questions ? [rows.rows, 1 / rows.rows] : [rows.cols, 1];
  const value = (model: number, axis: number): number =>
    questions ? rows.at(axis, model) : rows.at(model, axis);
  const squares = Float64Array.from({ length: models.length }, (_, model) => {
    let sum = 0;
    for (let axis = 0; axis < axes; axis++) {
      sum += scale * (value(model, axis) - value(own, axis)) ** 2;
    }
    return sum;
  });
  return [...squares.keys()]
    .filter((model) => model !== own)
    .sort((a, b) => squares[a]! - squares[b]! || a - b)
    .slice(0, count)
    .map((model) => ({
      model: models[model]?.name ?? '',
      distance: Math.sqrt(squares[model]!),
    }));
}
