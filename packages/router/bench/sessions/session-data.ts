import { type CorrectnessMatrix, type Matrix, MISSING } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { readOutputTokens } from '../zeroeval/output-tokens.js';
import { readCostedZeroEval } from '../zeroeval/read-costs.js';

/** Parts of the questions, by their positions. */
export interface SplitQuestions {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Answers of models to questions, with what they cost. */
export interface SessionData {
  readonly names: readonly string[];
  readonly correctness: CorrectnessMatrix;
  readonly categories: readonly string[];
  /** Tokens of answers, shape [Q, M]; NaN or 0 where they are not known. */
  readonly outputTokens: Matrix;
  /** US dollars per million output tokens, length M. */
  readonly prices: ArrayLike<number>;
  readonly split: SplitQuestions;
  /** Pools of five, by position. */
  readonly pools: readonly (readonly number[])[];
  /** Embeddings for a split, shape [Q, D]. */
  embed(split: SplitQuestions): Promise<Matrix>;
}

const ZEROEVAL_POOLS: readonly (readonly string[])[] = [
  [
    'Meta-Llama-3.1-8B-Instruct',
    'gpt-4o-mini-2024-07-18',
    'claude-3-5-haiku-20241022',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet-20241022',
  ],
  [
    'claude-3-haiku-20240307',
    'deepseek-v2.5-0908',
    'gemini-1.5-pro',
    'Mistral-Large-2',
    'o1-mini-2024-09-12',
  ],
];

/** ZeroEval with its embeddings and prices. */
export async function zeroEval(): Promise<SessionData> {
  const data = await readCostedZeroEval();
  const names = data.models.map(({ name }) => name);
  return {
    ...data,
    names,
    pools: ZEROEVAL_POOLS.map((pool) => pool.map((name) => names.indexOf(name))),
    embed: async () => data.embeddings,
  };
}

/** Ranks by accuracy, of two pools of MMLU-Pro. */
const RANKS = [
  [0, 3, 6, 9, 12],
  [1, 4, 7, 10, 13],
];
const BEST_PRICE = 10;
/** Of an answer whose length nobody wrote down. */
const USUAL_TOKENS = 250;

/**
 * MMLU-Pro with LSA of 256 dimensions. Its models have no prices: the best one costs $10 per million tokens, one that
 * is right ten points less often half of that.
 *
 * @param without - Subjects to leave out.
 */
export async function mmluPro(folder: string, without: readonly string[]): Promise<SessionData> {
  const read = await readEvaluationFolder(folder);
  const kept = [...read.questions.keys()].filter(
    (q) => !without.includes(read.questions[q]?.category ?? ''),
  );
  const complete = [...read.correctness.models.keys()].filter(
    (m) => kept.filter((q) => read.correctness.row(q)[m] !== MISSING).length >= 0.97 * kept.length,
  );
  const correctness = read.correctness.selectQuestions(kept).selectModels(complete);
  const questions = kept.map((q) => read.questions[q] as (typeof read.questions)[number]);
  const names = correctness.models;
  const accuracy = names.map(
    (_, m) => questions.filter((_, q) => correctness.get(q, m) === 1).length / questions.length,
  );
  const ranked = [...names.keys()].sort((a, b) => (accuracy[b] ?? 0) - (accuracy[a] ?? 0));
  const top = accuracy[ranked[0] ?? 0] ?? 0;
  const place = new Map(kept.map((q, index) => [q, index]));
  const part = (of: readonly number[]): number[] => of.flatMap((q) => place.get(q) ?? []);
  if (!read.split) throw new Error('MMLU-Pro comes with a split.');
  const { train, validation, test } = read.split;
  return {
    ...{ names, correctness, categories: questions.map(({ category }) => category) },
    outputTokens: lengths(
      folder,
      questions.map(({ id }) => id),
      names,
    ),
    prices: accuracy.map((share) => BEST_PRICE * 10 ** (3 * (share - top))),
    split: { train: part(train), validation: part(validation), test: part(test) },
    pools: RANKS.map((ranks) => ranks.map((rank) => ranked[rank] ?? 0)),
    embed: async (split) => {
      const texts = questions.map(({ prompt }) => prompt);
      const own = split.train.map((q) => texts[q] ?? '');
      return await (await fitLsaEncoder({ texts: own, dimensions: 256 })).encode(texts);
    },
  };
}

/** Visible characters / 4; of models without any, the mean of the others. */
function lengths(folder: string, ids: readonly string[], names: readonly string[]): Matrix {
  const tokens = readOutputTokens(folder, ids, names);
  for (let q = 0; q < ids.length; q++) {
    const row = tokens.row(q);
    const known = [...row].filter((count) => count > 0);
    const usual = known.reduce((sum, count) => sum + count / known.length, 0) || USUAL_TOKENS;
    row.forEach((count, m) => {
      if (!(count > 0)) row[m] = usual;
    });
  }
  return tokens;
}
