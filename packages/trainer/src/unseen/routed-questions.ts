import { type CorrectnessMatrix, type Matrix, outcomes, routeAll } from '@embedllm/core';
import type { RoutedQuestion } from './choose-guard.js';

/**
 * Questions as routed to the model of the largest probability, those left out that it and the
 * single best model cannot both be judged on.
 *
 * @param options.probabilities - Shape [Q, M].
 * @param options.familiarity - Length Q.
 * @param options.best - Index of the single best model.
 */
export function routedQuestions(options: {
  readonly probabilities: Matrix;
  readonly familiarity: ArrayLike<number>;
  readonly truth: CorrectnessMatrix;
  readonly best: number;
}): RoutedQuestion[] {
  const { probabilities, familiarity, truth, best } = options;
  const chosen = routeAll(probabilities, truth);
  return outcomes(truth, chosen).flatMap((routed, question) => {
    const fixed = truth.get(question, best);
    if (routed === undefined || fixed === undefined) return [];
    const advantage =
      probabilities.at(question, chosen[question]!) - probabilities.at(question, best);
    return { routed, fixed, advantage, familiarity: familiarity[question]! };
  });
}
