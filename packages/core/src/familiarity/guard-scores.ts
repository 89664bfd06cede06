import { EmbedLLMError } from '@embedllm/internals';
import { Matrix } from '../matrix/matrix.js';
import type { RoutingGuard } from './familiarity.js';

/** What `guardScores` takes. */
export interface GuardScoresOptions {
  /** Probabilities of a correct answer, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** How familiar the questions are, length Q; NaN where it is not known, and nothing is guarded. */
  readonly familiarity: ArrayLike<number>;
  readonly guard: RoutingGuard;
  /** Index of the single best model. */
  readonly best: number;
}

/**
 * Scores whose largest is the model that a router asks under a guard, for `routeAll` and whatever
 * else takes scores: probabilities, with the margin added to that of the single best model, and 2
 * for it on questions that are not familiar enough.
 *
 * @returns shape [Q, M].
 * @throws EmbedLLMError `shape-mismatch` on another number of familiarities, `invalid-argument` when
 * there is no such model.
 */
export function guardScores(options: GuardScoresOptions): Matrix {
  const { probabilities, familiarity, guard, best } = options;
  const { rows, cols, data } = probabilities;
  if (familiarity.length !== rows) {
    throw new EmbedLLMError(
      `There are ${familiarity.length} familiarity scores for ${rows} questions.`,
      {
        code: 'shape-mismatch',
      },
    );
  }
  if (!Number.isInteger(best) || best < 0 || best >= cols) {
    throw new EmbedLLMError(`There is no model with the index ${best}.`, {
      code: 'invalid-argument',
    });
  }
  const scores = new Matrix(rows, cols, data.slice());
  for (let row = 0; row < rows; row++) {
    const own = scores.row(row);
    own[best] = familiarity[row]! < guard.below ? 2 : own[best]! + guard.margin;
  }
  return scores;
}
