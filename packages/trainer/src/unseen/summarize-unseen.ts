import { pairedDifference } from '@embedllm/core';
import { chooseGuard, guarded, meanOf, type RoutedQuestion } from './choose-guard.js';
import type { UnseenStudy } from './unseen-study.js';

/** What came of leaving out one category. */
export interface LeftOutCategory {
  readonly category: string;
  /** Those that routing and the single best model can be judged on. */
  readonly questions: readonly RoutedQuestion[];
  /** Of all labels of the category, and of the models' plain accuracies on them. */
  readonly logLoss: number;
  readonly modelMeansLogLoss: number;
}

/** Means over categories; `undefined` where no question can be judged. */
export function summarizeUnseen(
  found: readonly LeftOutCategory[],
  validation: readonly RoutedQuestion[] | undefined,
  cost: Pick<UnseenStudy, 'trainings' | 'seconds'>,
): UnseenStudy | undefined {
  const judged = found.filter(({ questions }) => questions.length > 0);
  if (judged.length === 0) return undefined;
  const groups = judged.map(({ questions }) => questions);
  const guard = chooseGuard(groups, validation);
  const figures = (of: readonly (readonly RoutedQuestion[])[]) => ({
    routing: meanOf(of, ({ routed }) => routed),
    singleBest: meanOf(of, ({ fixed }) => fixed),
    guarded: meanOf(of, (question) => guarded(question, guard)),
  });
  const all = groups.flat();
  const fixed = all.map((question) => question.fixed);
  return {
    categories: judged.map(({ questions, category, logLoss, modelMeansLogLoss }) => ({
      ...{ category, questions: questions.length },
      ...figures([questions]),
      ...{ logLoss, modelMeansLogLoss },
    })),
    ...figures(groups),
    difference: pairedDifference(
      all.map(({ routed }) => routed),
      fixed,
    ),
    guardedDifference: pairedDifference(
      all.map((question) => guarded(question, guard)),
      fixed,
    ),
    guard,
    ...(validation && validation.length > 0 && { validation: figures([validation]) }),
    ...cost,
  };
}
