import { Matrix, multiplyTransposed } from '@embedllm/core';
import type { Part, ZeroEval } from './zeroeval.js';

/**
 * Predicts each question's labels by the mean label of the k training questions whose vectors
 * (unit rows) are closest to its own; one half where none of them has a label.
 *
 * @returns probabilities, shape [questions of the part, models].
 */
export function nearestNeighbours(data: ZeroEval, vectors: Matrix, part: Part, k: number): Matrix {
  const { correctness, split } = data;
  const similarities = multiplyTransposed(
    vectors.selectRows(split[part]),
    vectors.selectRows(split.train),
  );
  const models = correctness.models.length;
  const result = new Matrix(similarities.rows, models);
  for (let row = 0; row < similarities.rows; row++) {
    const scores = similarities.row(row);
    const nearest = split.train
      .map((_, index) => index)
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, k);
    for (let model = 0; model < models; model++) {
      let sum = 0;
      let count = 0;
      for (const index of nearest) {
        const label = correctness.get(split.train[index]!, model);
        if (label === undefined) continue;
        sum += label;
        count++;
      }
      result.data[row * models + model] = count > 0 ? sum / count : 0.5;
    }
  }
  return result;
}
