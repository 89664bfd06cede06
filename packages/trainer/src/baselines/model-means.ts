import { Matrix } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { Predictor } from './predictor.js';

/**
 * Predicts each model's training accuracy, over the questions that it was asked, whatever the
 * question is. Where models were asked other questions it does not rank them fairly: as a fixed
 * model to compare with take `fitSingleBest`. Counts start at half a correct and half a wrong answer
 * (Jeffreys' prior), so that no prediction is exactly 0 or 1.
 */
export function fitModelMeans(train: Pick<LabelledSet, 'correctness'>): Predictor {
  const means = smoothedMeans(train);
  return {
    name: 'model means',
    predictProbabilities: async (embeddings) => {
      const predictions = new Matrix(embeddings.rows, means.length);
      for (let question = 0; question < embeddings.rows; question++) {
        predictions.row(question).set(means);
      }
      return predictions;
    },
  };
}

/** (correct + 1/2) / (answered + 1) of each model, length M. */
export function smoothedMeans({ correctness }: Pick<LabelledSet, 'correctness'>): Float32Array {
  const M = correctness.modelCount;
  const correct = new Float64Array(M).fill(0.5);
  const answered = new Float64Array(M).fill(1);
  correctness.forEachLabel((_, model, label) => {
    correct[model] = correct[model]! + label;
    answered[model] = answered[model]! + 1;
  });
  return Float32Array.from(correct, (value, model) => value / answered[model]!);
}
