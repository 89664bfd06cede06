import { EmbedLLMError, estimateAccuracies, Matrix, Random, singleBest } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';
import { smoothedMeans } from './model-means.js';
import type { Predictor } from './predictor.js';
import { smoothedEstimate } from './smoothed-estimate.js';

/** Labels alone, for baselines that ignore the questions. */
export type Labels = Pick<LabelledSet, 'correctness'>;

/** Decides ties in routing without moving any other figure. */
const JITTER = 1e-4;

/**
 * Always the model that `singleBest` of core finds on the training questions: the best of those
 * that were asked at least 95% of them. It predicts the estimated accuracy of this model, and the
 * mean of the others for all others. Where the best was not asked, the next best by
 * `estimateAccuracies` stands in: a difference of at most 0.0001 ranks the others.
 */
export function fitSingleBest({ correctness }: Labels): Predictor {
  const accuracies = estimateAccuracies(correctness);
  const { model: best } = singleBest(correctness, { estimates: accuracies });
  const estimates = accuracies.map(smoothedEstimate);
  const M = estimates.length;
  const sum = estimates.reduce((total, mean) => total + mean, 0) - estimates[best]!;
  const others = M > 1 ? sum / (M - 1) : 0;
  return constant(`single best (${correctness.models[best]})`, M, (row) => {
    for (let model = 0; model < M; model++) {
      row[model] = others * (1 - JITTER * (1 - estimates[model]!));
    }
    row[best] = Math.max(estimates[best]!, others);
  });
}

/**
 * A random model for each question: all get the accuracy of the pool, and a jitter of at most
 * 0.0001 decides between them.
 *
 * @param options.seed - An unsigned 32-bit integer. @default 0
 */
export function fitRandom(train: Labels, options: { seed?: number | undefined } = {}): Predictor {
  const means = smoothedMeans(train);
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const random = new Random(options.seed ?? 0);
  return constant('random', means.length, (row) => {
    for (let model = 0; model < row.length; model++) {
      row[model] = mean * (1 - JITTER * random.uniform());
    }
  });
}

/**
 * The upper bound: knows the true labels, which `context.truth` must hold; 1/2 where there is
 * none.
 *
 * @throws EmbedLLMError predicting, `invalid-argument` without `context.truth`, `shape-mismatch`
 * when it is of other questions.
 */
export function createOracle(): Predictor {
  return {
    name: 'oracle',
    predictProbabilities: async (embeddings, context) => {
      const truth = context?.truth;
      if (!truth)
        throw new EmbedLLMError('The oracle needs context.truth.', { code: 'invalid-argument' });
      if (truth.questionCount !== embeddings.rows) {
        throw new EmbedLLMError(
          `The truth covers ${truth.questionCount} questions, but there are ${embeddings.rows} embeddings.`,
          { code: 'shape-mismatch' },
        );
      }
      const probabilities = new Matrix(embeddings.rows, truth.modelCount);
      probabilities.data.fill(0.5);
      truth.forEachLabel((question, model, label) => {
        probabilities.row(question)[model] = label;
      });
      return probabilities;
    },
  };
}

function constant(name: string, M: number, fill: (row: Float32Array) => void): Predictor {
  return {
    name,
    predictProbabilities: async (embeddings) => {
      const predictions = new Matrix(embeddings.rows, M);
      for (let question = 0; question < embeddings.rows; question++)
        fill(predictions.row(question));
      return predictions;
    },
  };
}
