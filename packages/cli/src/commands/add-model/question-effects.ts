import type { EvaluationDataset, FactorizationModel, Matrix } from '@embedllm/core';
import { Random } from '@embedllm/core';
import { fitQuestionEffects, type QuestionEffect } from '@embedllm/router/learning';

/** Further questions that show how much effects differ, where few are asked about. */
const FURTHER = 1000;

/**
 * What the answers of a pool say about questions of a dataset beyond their texts; empty where the
 * dataset has no model of the pool.
 *
 * @param of - Indices of the questions asked about.
 * @returns in the order of `of`.
 */
export async function effectsOf(
  { questions, correctness }: EvaluationDataset,
  of: readonly number[],
  model: FactorizationModel,
  encode: (texts: readonly string[]) => Promise<Matrix>,
): Promise<readonly QuestionEffect[]> {
  const shared = correctness.models.flatMap((name, m) => (model.models.includes(name) ? [m] : []));
  if (shared.length === 0 || of.length === 0) return [];
  const asked = new Set(of);
  const others = new Random(0).shuffle([...questions.keys()].filter((q) => !asked.has(q)));
  const rows = [...of, ...others.slice(0, FURTHER)];
  const { effects } = fitQuestionEffects({
    model,
    embeddings: await encode(rows.map((q) => questions[q]!.prompt)),
    correctness: correctness.selectQuestions(rows).selectModels(shared),
  });
  return effects.slice(0, of.length);
}
