import { EmbedLLMError } from '@embedllm/internals';
import { accumulateReflections } from './accumulate-reflections.js';

/** A symmetric matrix in tridiagonal form, `A = Qᵀ T Q`. */
export interface Tridiagonal {
  /** Diagonal of T, length n. */
  readonly diagonal: Float64Array;
  /** T(i, i + 1) at i, length n; the last value is zero. */
  readonly offDiagonal: Float64Array;
  /** Q, orthogonal, row-major [n, n]. */
  readonly basis: Float64Array;
}

/** Part of the largest entry that is far below the rounding of any. */
const NEGLIGIBLE = 1e-24;

/**
 * Householder reduction of a symmetric matrix to tridiagonal form (Golub and Van Loan, Matrix
 * Computations, 8.3.1). About 8/3 n³ FLOPs with the basis, a third of an eigendecomposition,
 * and enough to solve `(A + s I) x = b` in O(n) for any shift s once b is in the basis.
 *
 * @param matrix - Row-major [n, n]; only the lower triangle is read. Left as it was.
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
 *
 * Works on the lower triangle of `a`; row k above the diagonal keeps the reflection that cleared
 * column k. Each step applies the rank-2 update of the step before while it multiplies by its own
 * v, so that the triangle is read and written once a step: memory is what this waits for.
 */
function reduce(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
  const scales = new Float64Array(n);
  let v = new Float64Array(n);
  let w = new Float64Array(n);
  let previousV = new Float64Array(n);
  let previousW = new Float64Array(n);
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a[i * n + j]!));
  }
  const negligible = (NEGLIGIBLE * largest) ** 2;
  for (let k = 0; k < n - 2; k++) {
    updateColumn(a, n, k, previousV, previousW);
    const { scale, alpha } = reflector(a, n, k, v, negligible);
    scales[k] = scale;
    offDiagonal[k] = alpha;
    // (I - s v vᵀ) A (I - s v vᵀ) = A - v wᵀ - w vᵀ with w = s A v - (s² vᵀ A v / 2) v.
    updateAndMultiply(a, n, k + 1, previousV, previousW, v, w);
    let projection = 0;
    for (let i = k + 1; i < n; i++) {
      w[i] = scale * w[i]!;
      projection += w[i]! * v[i]!;
    }
    const half = (scale * projection) / 2;
    for (let i = k + 1; i < n; i++) w[i] = w[i]! - half * v[i]!;
    [previousV, v] = [v, previousV];
    [previousW, w] = [w, previousW];
  }
  for (let k = Math.max(n - 2, 0); k < n; k++) updateColumn(a, n, k, previousV, previousW);
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  if (n > 1) offDiagonal[n - 2] = a[(n - 1) * n + n - 2]!;
  return accumulateReflections(a, n, scales);
}

/** Column k of A - v wᵀ - w vᵀ, on and below the diagonal. */
function updateColumn(
  a: Float64Array,
  n: number,
  k: number,
  v: Float64Array,
  w: Float64Array,
): void {
  const vk = v[k]!;
  const wk = w[k]!;
  for (let i = k; i < n; i++) {
    const index = i * n + k;
    a[index] = a[index]! - v[i]! * wk - w[i]! * vk;
  }
}

/**
 * Writes the v whose reflection makes column k (.., alpha, 0, 0, ..) below the diagonal, to `v` and
 * to row k; no reflection (scale 0) where the sum of its squares there is negligible. What is left of a
 * matrix of low rank is rounding, which shrinks from step to step until its squares underflow.
 */
function reflector(
  a: Float64Array,
  n: number,
  k: number,
  v: Float64Array,
  negligible: number,
): { scale: number; alpha: number } {
  v.fill(0);
  let square = 0;
  for (let i = k + 2; i < n; i++) square += a[i * n + k]! ** 2;
  const head = a[(k + 1) * n + k]!;
  if (square <= negligible) return { scale: 0, alpha: head };
  const norm = Math.sqrt(square + head * head);
  const alpha = head > 0 ? -norm : norm;
  v[k + 1] = head - alpha;
  for (let i = k + 2; i < n; i++) v[i] = a[i * n + k]!;
  a.set(v.subarray(k + 1), k * n + k + 1);
  return { scale: 2 / (square + (head - alpha) ** 2), alpha };
}

/**
 * On the block from `start`: A <- A - v wᵀ - w vᵀ in the lower triangle, and product <- A x with
 * the symmetric A that results.
 */
function updateAndMultiply(
  a: Float64Array,
  n: number,
  start: number,
  v: Float64Array,
  w: Float64Array,
  x: Float64Array,
  product: Float64Array,
): void {
  product.fill(0);
  // Two rows at once, so that each entry of the vectors is read once for both.
  let i = start;
  for (; i + 1 < n; i += 2) {
    const row = i * n;
    const below = row + n;
    const vi = v[i]!;
    const wi = w[i]!;
    const xi = x[i]!;
    const vBelow = v[i + 1]!;
    const wBelow = w[i + 1]!;
    const xBelow = x[i + 1]!;
    let sum = 0;
    let sumBelow = 0;
    for (let j = start; j < i; j++) {
      const wj = w[j]!;
      const vj = v[j]!;
      const xj = x[j]!;
      const value = a[row + j]! - vi * wj - wi * vj;
      const valueBelow = a[below + j]! - vBelow * wj - wBelow * vj;
      a[row + j] = value;
      a[below + j] = valueBelow;
      sum += value * xj;
      sumBelow += valueBelow * xj;
      product[j] = product[j]! + value * xi + valueBelow * xBelow;
    }
    const value = a[row + i]! - 2 * vi * wi;
    a[row + i] = value;
    const corner = a[below + i]! - vBelow * wi - wBelow * vi;
    a[below + i] = corner;
    product[i] = sum + value * xi + corner * xBelow;
    const last = a[below + i + 1]! - 2 * vBelow * wBelow;
    a[below + i + 1] = last;
    product[i + 1] = sumBelow + corner * xi + last * xBelow;
  }
  if (i < n) {
    const row = i * n;
    const [vi, wi, xi] = [v[i]!, w[i]!, x[i]!];
    let sum = 0;
    for (let j = start; j < i; j++) {
      const value = a[row + j]! - vi * w[j]! - wi * v[j]!;
      a[row + j] = value;
      sum += value * x[j]!;
      product[j] = product[j]! + value * xi;
    }
    const value = a[row + i]! - 2 * vi * wi;
    a[row + i] = value;
    product[i] = sum + value * xi;
  }
}

/**
 * Copies a square matrix after checking it.
 *
 * @throws EmbedLLMError `shape-mismatch` on a wrong length, `not-finite` on NaN or infinity.
 */
function copySquare(matrix: ArrayLike<number>, size: number): Float64Array {
  if (matrix.length !== size * size) {
    throw new EmbedLLMError(
      `A ${size} x ${size} matrix needs ${size * size} values, but ${matrix.length} were given.`,
      { code: 'shape-mismatch' },
    );
  }
  const copy = Float64Array.from(matrix);
  if (!copy.every(Number.isFinite)) {
    throw new EmbedLLMError('The matrix to decompose has a value that is not finite.', {
      code: 'not-finite',
    });
  }
  return copy;
}
