import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CorrectnessMatrix, type Matrix, MISSING, type ModelInfo } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readOutputTokens } from './output-tokens.js';

/** The ZeroEval folder; what needs it is left out where it is absent. */
export const ZEROEVAL: string =
  process.env.EMBEDLLM_ZEROEVAL ??
  resolve(import.meta.dirname, '../../../../../shared/data/zeroeval');

export const hasZeroEval: boolean = existsSync(ZEROEVAL);

/** ZeroEval with the cost of every answer, for the models that answered nearly all questions. */
export interface CostedEvaluation {
  readonly models: readonly ModelInfo[];
  readonly correctness: CorrectnessMatrix;
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  readonly categories: readonly string[];
  /** Visible characters / 4, shape [Q, M]; NaN where there is no answer. */
  readonly outputTokens: Matrix;
  /** US dollars per million output tokens, length M. */
  readonly prices: Float64Array;
  /** The fixed split. */
  readonly split: {
    train: readonly number[];
    validation: readonly number[];
    test: readonly number[];
  };
}

/** @param coverage - Share of the questions that a model must have answered. */
export async function readCostedZeroEval(coverage = 0.97): Promise<CostedEvaluation> {
  const folder = await readEvaluationFolder(ZEROEVAL);
  const { questions, correctness: all, split, embeddings } = folder;
  if (!split || !embeddings) throw new Error('ZeroEval comes with a split and embeddings.');
  const Q = questions.length;
  const counts = new Float64Array(all.modelCount);
  for (let q = 0; q < Q; q++) {
    all.row(q).forEach((label, m) => {
      if (label !== MISSING) counts[m] = (counts[m] ?? 0) + 1;
    });
  }
  const kept = [...counts.keys()].filter((m) => (counts[m] ?? 0) >= coverage * Q);
  const correctness = all.selectModels(kept);
  const models = kept.map((m) => folder.models[m] as ModelInfo);
  const outputTokens = readOutputTokens(
    ZEROEVAL,
    questions.map(({ id }) => id),
    models.map(({ name }) => name),
  );
  return {
    models,
    correctness,
    embeddings,
    categories: questions.map(({ category }) => category),
    outputTokens,
    prices: Float64Array.from(models, (model) => model.pricePerMillionOutputTokens ?? Number.NaN),
    split,
  };
}
