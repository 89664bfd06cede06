import { Matrix, pairedDifference, sigmoid } from '@embedllm/core';
import { mixLogits, weightAt } from '@embedllm/core/familiarity';
import {
  chooseFallback,
  type FallbackSettings,
  mixedLogLoss,
  type PredictedQuestions,
} from './choose-fallback.js';
import { chooseGuard, guarded, meanOf, type RoutedQuestion } from './choose-guard.js';
import { routedQuestions } from './routed-questions.js';
import type { UnseenStudy } from './unseen-study.js';

/** Questions with predictions, and the model to compare routing with. */
export interface JudgedQuestions extends PredictedQuestions {
  /** Index of the single best model of their training. */
  readonly best: number;
}

/** What came of leaving out one category. */
export interface LeftOutCategory extends JudgedQuestions {
  readonly category: string;
}

/** What a study took, and the models' names. */
type StudyCost = Pick<UnseenStudy, 'trainings' | 'seconds'> & {
  readonly models: readonly string[];
};

/** Means over categories; `undefined` where no question can be judged. */
export function summarizeUnseen(
  found: readonly LeftOutCategory[],
  validation: JudgedQuestions | undefined,
  { models, ...cost }: StudyCost,
): UnseenStudy | undefined {
  const settings = validation && chooseFallback(found, validation);
  const judged = found
    .map((category) => ({ ...category, questions: routedWith(category, settings) }))
    .filter(({ questions }) => questions.length > 0);
  if (judged.length === 0) return undefined;
  const groups = judged.map(({ questions }) => questions);
  const familiar = validation && routedWith(validation, settings);
  const guard = chooseGuard(groups, familiar);
  const figures = (of: readonly (readonly RoutedQuestion[])[]) => ({
    routing: meanOf(of, ({ routed }) => routed),
    singleBest: meanOf(of, ({ fixed }) => fixed),
    guarded: meanOf(of, (question) => guarded(question, guard)),
  });
  const all = groups.flat();
  const fixed = all.map((question) => question.fixed);
  return {
    categories: judged.map((left) => ({
      ...{ category: left.category, questions: left.questions.length },
      ...figures([left.questions]),
      logLoss: mixedLogLoss(left, settings),
      modelMeansLogLoss: mixedLogLoss(left, undefined, true),
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
    ...(settings && {
      fallback: {
        ...settings,
        models,
        // Five digits make hardly a difference to a probability.
        logits: Array.from(validation.unseen, (logit) => Number(logit.toPrecision(5))),
      },
    }),
    ...(familiar && familiar.length > 0 && { validation: figures([familiar]) }),
    ...cost,
  };
}

/** Questions as routed under a fallback. */
function routedWith(
  { logits, familiarity, truth, unseen, best }: JudgedQuestions,
  settings: FallbackSettings | undefined,
): RoutedQuestion[] {
  const mixed = new Matrix(logits.rows, logits.cols, logits.data.slice());
  for (let row = 0; row < mixed.rows; row++) {
    mixLogits(mixed.row(row), weightAt(familiarity[row]!, settings), (m) => unseen[m]!);
  }
  return routedQuestions({ probabilities: sigmoid(mixed), truth, best, familiarity });
}
