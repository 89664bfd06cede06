import { EmbedLLMError } from '@embedllm/internals';

/**
 * Cholesky factor of a symmetric positive definite matrix, `A = L Lᵀ`. About n³ / 3 FLOPs.
 *
 * @param matrix - Row-major [n, n]; only the lower triangle is read. Left as it was.
 * @param size - n.
 * @returns L, row-major [n, n], zero above the diagonal.
 * @throws EmbedLLMError `shape-mismatch` on a wrong length, `not-finite` when the matrix is not
 * positive definite, naming the pivot.
 */
export function cholesky(matrix: ArrayLike<number>, size: number): Float64Array {
  if (matrix.length !== size * size) {
    throw new EmbedLLMError(
      `A ${size} x ${size} matrix needs ${size * size} values, but ${matrix.length} were given.`,
      { code: 'shape-mismatch' },
    );
  }
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const rowI = i * size;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * size;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= lower[rowI + k]! * lower[rowJ + k]!;
      if (j < i) {
        lower[rowI + j] = sum / lower[rowJ + j]!;
      } else if (sum > 0 && sum < Number.POSITIVE_INFINITY) {
        lower[rowI + i] = Math.sqrt(sum);
      } else {
        throw new EmbedLLMError(
          `The matrix is not positive definite: pivot ${i} is ${sum}. Add regularisation.`,
          { code: 'not-finite' },
        );
      }
    }
  }
  return lower;
}

/**
 * Solves `L Lᵀ x = b` for one right-hand side; 2 n² FLOPs.
 *
 * @param lower - What `cholesky` gave, row-major [n, n].
 * @param right - b, length n. Left as it was.
 * @returns x, length n.
 */
export function choleskySolve(lower: Float64Array, right: ArrayLike<number>): Float64Array {
  const size = right.length;
  if (lower.length !== size * size) {
    throw new EmbedLLMError(
      `A right-hand side of length ${size} does not match a factor of ${lower.length} values.`,
      { code: 'shape-mismatch' },
    );
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * x[k]!;
    x[i] = sum / lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * x[k]!;
    x[i] = sum / lower[i * size + i]!;
  }
  return x;
}
