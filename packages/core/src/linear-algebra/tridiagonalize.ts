import { EmbedLLMError } from '../errors.js';

/** A symmetric matrix in tridiagonal form, `A = Qᵀ T Q`. */
export interface Tridiagonal {
  /** Diagonal of T, length n. */
  readonly diagonal: Float64Array;
  /** T(i, i + 1) at i, length n; the last value is zero. */
  readonly offDiagonal: Float64Array;
  /** Q, orthogonal, row-major [n, n]. */
  readonly basis: Float64Array;
}

/**
 * Householder reduction of a symmetric matrix to tridiagonal form (Golub and Van Loan, Matrix
 * Computations, 8.3.1). About 8/3 n³ FLOPs with the basis, a third of an eigendecomposition,
 * and enough to solve `(A + s I) x = b` in O(n) for any shift s once b is in the basis.
 *
 * @param matrix - Row-major [n, n]; only symmetric input is meaningful. Left as it was.
 * @param size - n.
 * @throws EmbedLLMError `shape-mismatch` on a wrong length, `not-finite` on NaN or infinity.
 */
export function tridiagonalize(matrix: ArrayLike<number>, size: number): Tridiagonal {
  const work = copySquare(matrix, size);
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const basis = reduce(work, size, diagonal, offDiagonal);
  return { diagonal, offDiagonal, basis };
}

/**
 * Reduces A to T = Q A Qᵀ with reflections I - scale v vᵀ, and returns the rows of Q.
 * `a` is overwritten: row k keeps the reflection that cleared column k.
 */
function reduce(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
  const scales = new Float64Array(n);
  const product = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // The part of row k right of the diagonal becomes (alpha, 0, 0, ...).
    const start = k * n;
    let square = 0;
    for (let j = k + 2; j < n; j++) square += (a[start + j] as number) ** 2;
    const head = a[start + k + 1] as number;
    if (square === 0) {
      offDiagonal[k] = head;
      continue;
    }
    const norm = Math.sqrt(square + head * head);
    const alpha = head > 0 ? -norm : norm;
    offDiagonal[k] = alpha;
    a[start + k + 1] = head - alpha;
    const scale = 2 / (square + (head - alpha) ** 2);
    scales[k] = scale;
    // A <- (I - s v vᵀ) A (I - s v vᵀ) on the trailing block, as a symmetric rank-2 update.
    let projection = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      const row = i * n;
      for (let j = k + 1; j < n; j++) sum += (a[row + j] as number) * (a[start + j] as number);
      product[i] = scale * sum;
      projection += (product[i] as number) * (a[start + i] as number);
    }
    const half = (scale * projection) / 2;
    for (let i = k + 1; i < n; i++) {
      product[i] = (product[i] as number) - half * (a[start + i] as number);
    }
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      const v = a[start + i] as number;
      const w = product[i] as number;
      for (let j = k + 1; j < n; j++) {
        a[row + j] =
          (a[row + j] as number) - v * (product[j] as number) - w * (a[start + j] as number);
      }
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i] as number;
  if (n > 1) offDiagonal[n - 2] = a[(n - 2) * n + n - 1] as number;
  return accumulateReflections(a, n, scales);
}

/** Q = H_{n-3} ... H_1 H_0, built from the last reflection so that each touches a growing block. */
function accumulateReflections(a: Float64Array, n: number, scales: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    const scale = scales[k] as number;
    if (scale === 0) continue;
    const start = k * n;
    // Q <- Q (I - s v vᵀ): rows of Q are the future eigenvectors.
    product.fill(0);
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += (q[row + j] as number) * (a[start + j] as number);
      product[i] = scale * sum;
    }
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      const factor = product[i] as number;
      for (let j = k + 1; j < n; j++) {
        q[row + j] = (q[row + j] as number) - factor * (a[start + j] as number);
      }
    }
  }
  return q;
}

/**
 * Copies a square matrix after checking it.
 *
 * @throws EmbedLLMError `shape-mismatch` on a wrong length, `not-finite` on NaN or infinity.
 */
function copySquare(matrix: ArrayLike<number>, size: number): Float64Array {
  if (matrix.length !== size * size) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `A ${size} x ${size} matrix needs ${size * size} values, but ${matrix.length} were given.`,
    );
  }
  const copy = Float64Array.from(matrix);
  if (!copy.every(Number.isFinite)) {
    throw new EmbedLLMError(
      'not-finite',
      'The matrix to decompose holds a value that is not finite.',
    );
  }
  return copy;
}
