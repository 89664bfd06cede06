import { type CorrectnessMatrix, EmbedLLMError, type Matrix, MISSING } from '@embedllm/core';
import type { OperatingPoint } from './curve.js';

/** Answers with what they cost, to judge choices by. */
export interface CostedAnswers {
  readonly correctness: CorrectnessMatrix;
  /** What each answer did cost in US dollars, shape [Q, M]; NaN where there is none. */
  readonly costsUsd: Matrix;
}

/** What `sweepUtility` takes. */
export interface SweepOptions extends CostedAnswers {
  /** Predicted probabilities, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** Predicted costs in US dollars, shape [Q, M]. */
  readonly predictedCostsUsd: Matrix;
  /** Prices λ of a dollar to try, each from 0. */
  readonly lambdas: readonly number[];
}

/** A setting of a router with what it costs and achieves. */
export interface SweepPoint extends OperatingPoint {
  readonly lambda: number;
}

/**
 * Costs and accuracies of choosing the largest P - λ · predicted cost, for each λ. Only models
 * with a label and a cost on a question can be chosen for it; questions without any are left out.
 *
 * @throws EmbedLLMError `shape-mismatch` when shapes differ, `invalid-data` without any answer.
 */
export function sweepUtility(options: SweepOptions): SweepPoint[] {
  const { probabilities, predictedCostsUsd, lambdas } = options;
  assertShapes(options, [probabilities, predictedCostsUsd]);
  return lambdas.map((lambda) => ({
    lambda,
    label: `λ = ${lambda}`,
    ...judgeChoices(options, (question, answered) => {
      let best = -1;
      let bestValue = Number.NEGATIVE_INFINITY;
      for (const model of answered) {
        const value =
          probabilities.at(question, model) - lambda * predictedCostsUsd.at(question, model);
        if (value > bestValue) {
          best = model;
          bestValue = value;
        }
      }
      return best;
    }),
  }));
}

/** Cost and accuracy of each model alone, on the questions that it answered. */
export function singleModelPoints(answers: CostedAnswers): OperatingPoint[] {
  assertShapes(answers, []);
  return answers.correctness.models.flatMap((label, model) => {
    const asked = (_: number, answered: readonly number[]): number =>
      answered.includes(model) ? model : -1;
    const isAsked = answers.correctness.questions.some(
      (_, q) => answers.correctness.row(q)[model] !== MISSING,
    );
    return isAsked ? [{ label, ...judgeChoices(answers, asked) }] : [];
  });
}

/**
 * Mean cost and accuracy of choices.
 *
 * @param choose - Given a question and the models that answered it, one of them, or -1 to leave
 * the question out.
 * @throws EmbedLLMError `invalid-data` when no question is left.
 */
export function judgeChoices(
  { correctness, costsUsd }: CostedAnswers,
  choose: (question: number, answered: readonly number[]) => number,
): OperatingPoint {
  let cost = 0;
  let correct = 0;
  let count = 0;
  for (let question = 0; question < correctness.questionCount; question++) {
    const labels = correctness.row(question);
    const answered: number[] = [];
    for (let model = 0; model < labels.length; model++) {
      const isCosted = !Number.isNaN(costsUsd.at(question, model));
      if (labels[model] !== MISSING && isCosted) answered.push(model);
    }
    const chosen = answered.length > 0 ? choose(question, answered) : -1;
    if (chosen < 0) continue;
    cost += costsUsd.at(question, chosen);
    correct += labels[chosen] as number;
    count++;
  }
  if (count === 0) throw new EmbedLLMError('invalid-data', 'No question has an answer with cost.');
  return { costUsd: cost / count, quality: correct / count };
}

function assertShapes({ correctness, costsUsd }: CostedAnswers, others: Matrix[]): void {
  for (const { rows, cols } of [costsUsd, ...others]) {
    if (rows !== correctness.questionCount || cols !== correctness.modelCount) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `Labels, costs and predictions must have one shape, but are [${correctness.questionCount}, ${correctness.modelCount}] and [${rows}, ${cols}].`,
      );
    }
  }
}
