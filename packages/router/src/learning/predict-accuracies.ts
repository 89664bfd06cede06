import { type Matrix, Random } from '@embedllm/core';
import { cholesky } from '@embedllm/core/linear-algebra';
import { dot } from '../scoring/dot.js';
import { freeDimensions, type Gaussian, submatrix } from './gaussian.js';
import type { QuestionEffect } from './question-effects.js';

/** Options of `Learner.predictAccuracies`. */
export interface PredictAccuraciesOptions {
  /** Embeddings of the questions that accuracy is asked for, shape [Q, D]. */
  readonly questions: Matrix;
  /** What is known of each question beyond its text, as `fitQuestionEffects` finds it, length Q. */
  readonly effects?: readonly QuestionEffect[] | undefined;
  /** Names of models. @default those that joined or learnt */
  readonly models?: readonly string[] | undefined;
  /** Probability that an interval holds the accuracy, above 0 and below 1. @default 0.95 */
  readonly confidence?: number | undefined;
  /** Draws from what is believed, from 100. @default 1000 */
  readonly draws?: number | undefined;
  /** Of the draws. @default 0 */
  readonly seed?: number | undefined;
}

/** What is believed about the accuracy of one model on some questions. */
export interface PredictedAccuracy {
  readonly model: string;
  /** Expected share of the questions that it answers correctly. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Probability that no other of the models is more accurate. */
  readonly probabilityBest: number;
}

/**
 * Draws model embeddings from what is believed, and takes their accuracies. 2 Q d FLOPs and Q
 * exponentials a draw and model.
 *
 * @param asked - φ of the questions, shape [Q, d], with their effects.
 */
export function predictAccuracies(
  beliefs: ReadonlyMap<string, Gaussian>,
  asked: Matrix,
  offsets: ArrayLike<number>,
  settings: { readonly confidence: number; readonly draws: number; readonly seed: number },
): PredictedAccuracy[] {
  const { confidence, draws, seed } = settings;
  const names = [...beliefs.keys()];
  const drawn = names.map((name, index) =>
    drawAccuracies(beliefs.get(name)!, asked, offsets, draws, new Random(seed + index)),
  );
  const wins = names.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    const best = Math.max(...drawn.map((list) => list[draw]!));
    const winners = names.flatMap((_, m) => (drawn[m]![draw] === best ? [m] : []));
    for (const m of winners) wins[m] = wins[m]! + 1 / winners.length;
  }
  return names.map((model, m) => {
    const sorted = drawn[m]!.slice().sort();
    const at = (share: number): number => sorted[Math.round(share * (draws - 1))]!;
    return {
      model,
      accuracy: sorted.reduce((sum, value) => sum + value, 0) / draws,
      low: at((1 - confidence) / 2),
      high: at((1 + confidence) / 2),
      probabilityBest: wins[m]! / draws,
    };
  });
}

function drawAccuracies(
  { mean, covariance }: Gaussian,
  asked: Matrix,
  offsets: ArrayLike<number>,
  draws: number,
  random: Random,
): Float64Array {
  const free = freeDimensions({ mean, covariance });
  const n = free.length;
  const lower = cholesky(submatrix(covariance, mean.length, free), n);
  return Float64Array.from({ length: draws }, () => {
    const noise = Float64Array.from(free, () => random.normal());
    const embedding = mean.slice();
    free.forEach((dimension, i) => {
      const row = lower.subarray(i * n, i * n + i + 1);
      embedding[dimension] = embedding[dimension]! + dot(row, noise);
    });
    let sum = 0;
    for (let q = 0; q < asked.rows; q++) {
      sum += 1 / (1 + Math.exp(-(offsets[q]! + dot(embedding, asked.row(q)))));
    }
    return sum / asked.rows;
  });
}
