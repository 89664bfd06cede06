import type { Matrix } from '@embedllm/core';
import { guardScores, type RoutingGuard } from '@embedllm/core/familiarity';

/** What `routingScores` takes. */
export interface RoutingScoreOptions {
  /** Probabilities of a correct answer, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** How familiar the questions are, length Q. */
  readonly familiarity: ArrayLike<number>;
  /** What the artifact's familiarity records. */
  readonly guard: RoutingGuard | undefined;
  /** Index of the single best model that the artifact records; -1 where it has none. */
  readonly best: number;
}

/** Scores whose largest is the model that a router chooses by default. */
export function routingScores(options: RoutingScoreOptions): Matrix {
  const { guard, best } = options;
  return guard && best >= 0 ? guardScores({ ...options, guard }) : options.probabilities;
}
