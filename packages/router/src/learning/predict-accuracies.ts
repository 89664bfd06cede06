import { type Matrix, Random } from '@embedllm/core';
import { cholesky } from '@embedllm/core/linear-algebra';
import { mean } from '@embedllm/internals';
import { dot } from '../scoring/dot.js';
import { freeDimensions, type Gaussian, submatrix } from './gaussian.js';
import type { QuestionEffect } from './question-effects.js';

/** Options of `Learner.predictAccuracies`. */
export interface PredictAccuraciesOptions {
  /** Embeddings of the questions that accuracy is asked for, shape [Q, D]. */
  readonly questions: Matrix;
  /** What is known of each question beyond its text, as `fitQuestionEffects` finds it, length Q. */
  readonly effects?: readonly QuestionEffect[] | undefined;
  /** Names of models. @default all that joined or received feedback */
  readonly models?: readonly string[] | undefined;
  /** Probability that an interval holds the accuracy, above 0 and below 1. @default 0.95 */
  readonly confidence?: number | undefined;
  /** Number of draws from the posterior, at least 100. @default 1000 */
  readonly draws?: number | undefined;
  /** Of the draws. @default 0 */
  readonly seed?: number | undefined;
}

/** A share with its uncertainty. */
export interface PredictedShare {
  /** Expected. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** What is believed about the accuracy of one model on some questions. */
export interface PredictedAccuracy extends PredictedShare {
  readonly model: string;
  /** Probability that no other of the models is more accurate. */
  readonly probabilityBest: number;
}

/** What is believed about models on some questions, and about routing among them. */
export interface PredictedAccuracies {
  /** In the order asked for. */
  readonly models: readonly PredictedAccuracy[];
  /**
   * Always asking the likeliest of the models, by what is believed of each without knowing the outcome;
   * averaged over the draws, so that a model that is overrated by chance does not count as good.
   */
  readonly routing: PredictedShare & {
    /** The accuracy less that of the model that is expected to be best; bounds may be of either sign. */
    readonly lessBest: PredictedShare;
  };
}

/**
 * Draws model embeddings from what is believed, and takes their accuracies. 2 Q d FLOPs and Q
 * exponentials a draw and model.
 *
 * @param asked - φ of the questions as asked, shape [Q, d].
 * @param features - φ of the same questions without what is known beyond their texts, by which a
 * router would choose, shape [Q, d].
 */
export function predictAccuracies(
  beliefs: ReadonlyMap<string, Gaussian>,
  asked: Matrix,
  offsets: ArrayLike<number>,
  features: Matrix,
  settings: { readonly confidence: number; readonly draws: number; readonly seed: number },
): PredictedAccuracies {
  const { confidence, draws, seed } = settings;
  const names = [...beliefs.keys()];
  const choices = choose([...beliefs.values()], features);
  const drawn = names.map((name, index) =>
    drawAccuracies(beliefs.get(name)!, asked, offsets, { draws, random: new Random(seed + index) }),
  );
  const routed = new Float64Array(draws);
  names.forEach((name, index) => {
    const own = choices.flatMap((choice, q) => (choice === index ? [q] : []));
    if (own.length === 0) return;
    // The same draws of the embedding as above: the same seed.
    const part = drawAccuracies(
      beliefs.get(name)!,
      asked.selectRows(own),
      own.map((q) => offsets[q]!),
      {
        draws,
        random: new Random(seed + index),
      },
    );
    part.forEach((accuracy, draw) => {
      routed[draw] = routed[draw]! + (accuracy * own.length) / choices.length;
    });
  });
  const wins = names.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    const best = Math.max(...drawn.map((list) => list[draw]!));
    const winners = names.flatMap((_, m) => (drawn[m]![draw] === best ? [m] : []));
    for (const m of winners) wins[m] = wins[m]! + 1 / winners.length;
  }
  const models = names.map((model, m) => ({
    model,
    ...summarize(drawn[m]!, confidence),
    probabilityBest: wins[m]! / draws,
  }));
  const top = models.reduce(
    (best, { accuracy }, m) => (accuracy > models[best]!.accuracy ? m : best),
    0,
  );
  const lessBest = routed.map((accuracy, draw) => accuracy - drawn[top]![draw]!);
  return {
    models,
    routing: { ...summarize(routed, confidence), lessBest: summarize(lessBest, confidence) },
  };
}

/** The likeliest model of each question. */
function choose(beliefs: readonly Gaussian[], features: Matrix): number[] {
  return Array.from({ length: features.rows }, (_, q) => {
    const logits = beliefs.map(({ mean }) => dot(mean, features.row(q)));
    return logits.indexOf(Math.max(...logits));
  });
}

function summarize(values: Float64Array, confidence: number): PredictedShare {
  const sorted = values.slice().sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return {
    accuracy: mean(sorted),
    low: at((1 - confidence) / 2),
    high: at((1 + confidence) / 2),
  };
}

function drawAccuracies(
  belief: Gaussian,
  asked: Matrix,
  offsets: ArrayLike<number>,
  { draws, random }: { readonly draws: number; readonly random: Random },
): Float64Array {
  const { mean: center, covariance } = belief;
  const free = freeDimensions(belief);
  const n = free.length;
  const lower = cholesky(submatrix(covariance, center.length, free), n);
  return Float64Array.from({ length: draws }, () => {
    const noise = Float64Array.from(free, () => random.normal());
    const embedding = center.slice();
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
