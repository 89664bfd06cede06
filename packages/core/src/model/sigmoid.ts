import { Matrix } from '../matrix/matrix.js';

/** The logistic function 1 / (1 + exp(-z)) of every element; saturates without overflow. */
export function sigmoid(logits: Matrix): Matrix {
  const probabilities = new Matrix(logits.rows, logits.cols);
  const { data } = logits;
  for (let index = 0; index < data.length; index++) {
    probabilities.data[index] = 1 / (1 + Math.exp(-data[index]!));
  }
  return probabilities;
}
