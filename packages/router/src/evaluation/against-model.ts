import { EmbedLLMError, type PairedDifference, pairedDifference } from '@embedllm/core';
import type { OperatingPoint } from './curve.js';
import { type CostedAnswers, judgeChoices } from './sweep.js';

/** Choices and a fixed model, judged on the same questions. */
export interface JudgedAgainstModel {
  readonly choices: OperatingPoint;
  readonly fixed: OperatingPoint;
  /** Accuracy of the choices less that of the fixed model, with a 95% interval and a verdict. */
  readonly difference: PairedDifference;
}

/**
 * Judges choices next to always asking one model, on the questions that both can be judged on: the
 * model answered them, and so did the one that was chosen.
 *
 * @param options.choose - As `judgeChoices` takes it.
 * @param options.model - Index of the fixed model, such as `singleBest(train).model` of core.
 * @throws EmbedLLMError `invalid-data` when no question is left.
 */
export function judgeAgainstModel(options: {
  readonly answers: CostedAnswers;
  readonly choose: (question: number, answered: readonly number[]) => number;
  readonly model: number;
}): JudgedAgainstModel {
  const { answers, choose, model } = options;
  const { correctness } = answers;
  const chosen = new Int32Array(correctness.questionCount).fill(-1);
  const routed = new Array<number | undefined>(correctness.questionCount);
  const fixed = new Array<number | undefined>(correctness.questionCount);
  // Questions whose choice or fixed model has no known answer and cost are left out by -1.
  const judged = (question: number, answered: readonly number[]): number => {
    const choice = answered.includes(model) ? choose(question, answered) : -1;
    if (choice < 0) return -1;
    chosen[question] = choice;
    routed[question] = correctness.get(question, choice);
    fixed[question] = correctness.get(question, model);
    return choice;
  };
  const choices = judgeChoices(answers, judged);
  const difference = pairedDifference(routed, fixed);
  if (!difference)
    throw new EmbedLLMError('No question can be used for the comparison.', {
      code: 'invalid-data',
    });
  return {
    choices,
    fixed: judgeChoices(answers, (question) => (chosen[question]! < 0 ? -1 : model)),
    difference,
  };
}
