import { EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { type PairedDifference, pairedDifference } from './paired-difference.js';
import { gapClosed, oracleAccuracy } from './routing.js';

/** A router and a fixed model on the questions that both can be judged on. */
export interface ModelComparison {
  /** Index of the fixed model. */
  readonly model: number;
  /** How many questions both can be judged on, ≥ 1. */
  readonly questions: number;
  /** Accuracies on these questions. */
  readonly routing: number;
  readonly fixed: number;
  readonly oracle: number;
  /** Routing less the fixed model. */
  readonly difference: PairedDifference;
  /**
   * Share of the way from the fixed model to the oracle; only where the verdict is "better", since
   * else it is a share of noise or of nothing.
   */
  readonly gapClosed: number | undefined;
}

/**
 * Compares a router with always asking one model, question by question. Questions that the model
 * was not asked, or for which the router has no choice that was, are left out on both sides.
 *
 * @param options.chosen - The router's choice of each question, such as `routeAll(scores, truth)`;
 * indices of models, -1 for none, length Q.
 * @param options.truth - Labels of the same questions.
 * @param options.model - Index of the fixed model, such as `singleBest(train).model`.
 * @returns `undefined` where no question is left.
 * @throws EmbedLLMError `shape-mismatch` on another number of choices, `invalid-argument` when
 * there is no such model, `invalid-data` when no label is observed.
 */
export function compareWithModel(options: {
  readonly chosen: ArrayLike<number>;
  readonly truth: CorrectnessMatrix;
  readonly model: number;
}): ModelComparison | undefined {
  const { chosen, truth, model } = options;
  if (truth.models[model] === undefined) {
    throw new EmbedLLMError(`There is no model with the index ${model}.`, {
      code: 'invalid-argument',
    });
  }
  const routed = outcomes(truth, chosen);
  const fixed = truth.questions.map((_, question) => truth.get(question, model));
  const difference = pairedDifference(routed, fixed);
  if (!difference) return undefined;
  const both = routed.flatMap((outcome, question) =>
    outcome === undefined || fixed[question] === undefined ? [] : [question],
  );
  const accuracies = {
    routing: meanAt(routed, both),
    singleBest: meanAt(fixed, both),
    oracle: oracleAccuracy(truth.selectQuestions(both)),
  };
  return {
    model,
    questions: both.length,
    routing: accuracies.routing,
    fixed: accuracies.singleBest,
    oracle: accuracies.oracle,
    difference,
    gapClosed: difference.verdict === 'better' ? gapClosed(accuracies) : undefined,
  };
}

/**
 * Whether the chosen model answered each question correctly.
 *
 * @param chosen - Indices of models, -1 for none, length Q.
 * @returns length Q; `undefined` where no model was chosen, or one that was not asked.
 * @throws EmbedLLMError `shape-mismatch` when there is not one choice per question.
 */
export function outcomes(
  truth: CorrectnessMatrix,
  chosen: ArrayLike<number>,
): (0 | 1 | undefined)[] {
  if (chosen.length !== truth.questionCount) {
    throw new EmbedLLMError(
      `There are ${chosen.length} choices for ${truth.questionCount} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  return truth.questions.map((_, question) => {
    const model = chosen[question]!;
    return model < 0 ? undefined : truth.get(question, model);
  });
}

function meanAt(values: readonly (number | undefined)[], at: readonly number[]): number {
  return at.reduce((sum, question) => sum + (values[question] ?? 0), 0) / at.length;
}
