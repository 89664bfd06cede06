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

/**
 * Cost and accuracy of each model alone. Models that answered other questions cannot be drawn in
 * one picture: only those are taken that answered, with a cost, at least 95% of the questions that
 * have an answer (where none did, 95% as many as the one that answered most).
 *
 * @param options.minimumShare - Another share, from 0 (all that answered a question) to 1; above
 * 0 the points are of nearly the same questions. @default 0.95
 * @throws EmbedLLMError `shape-mismatch` when shapes differ.
 */
export function singleModelPoints(
  answers: CostedAnswers,
  options: { readonly minimumShare?: number | undefined } = {},
): OperatingPoint[] {
  const { minimumShare = 0.95 } = options;
  const { correctness } = answers;
  assertShapes(answers, []);
  const counts = new Array<number>(correctness.modelCount).fill(0);
  let questions = 0;
  for (let question = 0; question < correctness.questionCount; question++) {
    const answered = answeredBy(answers, question);
    if (answered.length > 0) questions++;
    for (const model of answered) counts[model] = counts[model]! + 1;
  }
  const most = Math.max(0, ...counts);
  const wanted = minimumShare * questions;
  const minimum = Math.max(1, most >= wanted ? wanted : minimumShare * most);
  return correctness.models.flatMap((label, model) =>
    counts[model]! >= minimum
      ? [{ label, ...judgeChoices(answers, (_, all) => (all.includes(model) ? model : -1)) }]
      : [],
  );
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
    const answered = answeredBy({ correctness, costsUsd }, question);
    const chosen = answered.length > 0 ? choose(question, answered) : -1;
    if (chosen < 0) continue;
    cost += costsUsd.at(question, chosen);
    correct += correctness.get(question, chosen) ?? 0;
    count++;
  }
  if (count === 0)
    throw new EmbedLLMError('No question has an answer with a known cost.', {
      code: 'invalid-data',
    });
  return { costUsd: cost / count, quality: correct / count };
}

/** The models that answered a question at a cost that is known. */
function answeredBy({ correctness, costsUsd }: CostedAnswers, question: number): number[] {
  const answered: number[] = [];
  correctness.row(question).forEach((label, model) => {
    if (label !== MISSING && !Number.isNaN(costsUsd.at(question, model))) answered.push(model);
  });
  return answered;
}

function assertShapes({ correctness, costsUsd }: CostedAnswers, others: Matrix[]): void {
  for (const { rows, cols } of [costsUsd, ...others]) {
    if (rows !== correctness.questionCount || cols !== correctness.modelCount) {
      throw new EmbedLLMError(
        `Labels, costs and predictions must have one shape, but are [${correctness.questionCount}, ${correctness.modelCount}] and [${rows}, ${cols}].`,
        { code: 'shape-mismatch' },
      );
    }
  }
}
