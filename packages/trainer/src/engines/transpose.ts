import { Matrix } from '@embedllm/core';

/** Aᵀ of A [n, m]. */
export function transpose(matrix: Matrix): Matrix {
  const { rows, cols, data } = matrix;
  const result = new Matrix(cols, rows);
  for (let row = 0, index = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, index++) {
      result.data[col * rows + row] = data[index]!;
    }
  }
  return result;
}
