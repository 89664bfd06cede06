import { EmbedLLMError } from '@embedllm/internals';
import { tridiagonalize } from './tridiagonalize.js';

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** Eigenvalues from largest to smallest, length n. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors as rows, row-major [n, n], in the order of the values. */
  readonly vectors: Float64Array;
}

/** Sweeps after which the QL iteration has failed; it needs fewer than two per eigenvalue. */
const MAX_SWEEPS = 60;

/**
 * Eigendecomposition of a real symmetric matrix, `A = Vᵀ diag(values) V`: Householder reduction
 * to tridiagonal form, then QL with implicit shifts (Golub and Van Loan, Matrix Computations,
 * 8.3; the method of EISPACK's tred2 and tql2). About 9 n³ FLOPs.
 *
 * Vectors are kept as rows throughout, so that each rotation reads and writes two contiguous runs
 * of memory. The sign of each vector is fixed: its entry of largest magnitude is positive.
 *
 * @param matrix - Row-major [n, n]; only symmetric input is meaningful. Left as it was.
 * @param size - n.
 * @throws EmbedLLMError `shape-mismatch` on a wrong length, `not-finite` on NaN or infinity.
 */
export function symmetricEigen(matrix: ArrayLike<number>, size: number): SymmetricEigen {
  const { diagonal, offDiagonal, basis: vectors } = tridiagonalize(matrix, size);
  diagonalize(vectors, size, diagonal, offDiagonal);
  return sortDescending(vectors, size, diagonal);
}

/** QL with implicit Wilkinson shifts on a tridiagonal matrix; rotates the rows of `vectors` along. */
function diagonalize(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): void {
  // Of a matrix of low rank, a whole block is rounding: next to entries as small as itself no
  // off-diagonal entry ever becomes negligible, next to the largest entry all of them are.
  let largest = 0;
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, Math.abs(diagonal[i]!), Math.abs(offDiagonal[i]!));
  }
  const rounding = (Number.EPSILON * largest) / 4;
  for (let first = 0; first < n; first++) {
    for (let sweep = 0; ; sweep++) {
      let last = first;
      while (last < n - 1 && !negligible(diagonal, offDiagonal, last, rounding)) last++;
      if (last === first) break;
      if (sweep === MAX_SWEEPS) {
        throw new EmbedLLMError('The eigenvalue iteration did not converge.', {
          code: 'not-finite',
        });
      }
      const gap = diagonal[first + 1]! - diagonal[first]!;
      const off = offDiagonal[first]!;
      const ratio = gap / (2 * off);
      const hypotenuse = Math.hypot(ratio, 1);
      let g =
        diagonal[last]! -
        diagonal[first]! +
        off / (ratio + (ratio >= 0 ? hypotenuse : -hypotenuse));
      let sine = 1;
      let cosine = 1;
      let carried = 0;
      let i = last - 1;
      for (; i >= first; i--) {
        const f = sine * offDiagonal[i]!;
        const b = cosine * offDiagonal[i]!;
        const r = Math.hypot(f, g);
        offDiagonal[i + 1] = r;
        if (r === 0) {
          // Underflow: the matrix has split here; undo the carried part and start again.
          diagonal[i + 1] = diagonal[i + 1]! - carried;
          offDiagonal[last] = 0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        const shifted = diagonal[i + 1]! - carried;
        const t = (diagonal[i]! - shifted) * sine + 2 * cosine * b;
        carried = sine * t;
        diagonal[i + 1] = shifted + carried;
        g = cosine * t - b;
        rotateRows(vectors, n, i, cosine, sine);
      }
      if (i >= first) continue;
      diagonal[first] = diagonal[first]! - carried;
      offDiagonal[first] = g;
      offDiagonal[last] = 0;
    }
  }
}

function negligible(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  index: number,
  rounding: number,
): boolean {
  const scale = Math.abs(diagonal[index]!) + Math.abs(diagonal[index + 1]!);
  const limit = Math.max(Number.EPSILON * scale, rounding);
  return Math.abs(offDiagonal[index]!) <= limit;
}

/** Rotates rows i and i + 1 in their plane. */
function rotateRows(
  vectors: Float64Array,
  n: number,
  i: number,
  cosine: number,
  sine: number,
): void {
  const end = (i + 1) * n;
  for (let a = i * n, b = end; a < end; a++, b++) {
    const lower = vectors[a]!;
    const upper = vectors[b]!;
    vectors[b] = sine * lower + cosine * upper;
    vectors[a] = cosine * lower - sine * upper;
  }
}

function sortDescending(vectors: Float64Array, n: number, diagonal: Float64Array): SymmetricEigen {
  const order = Array.from({ length: n }, (_, index) => index).sort(
    (a, b) => diagonal[b]! - diagonal[a]! || a - b,
  );
  const values = new Float64Array(n);
  const sorted = new Float64Array(n * n);
  order.forEach((source, target) => {
    values[target] = diagonal[source]!;
    const row = vectors.subarray(source * n, (source + 1) * n);
    const sign = signOfLargest(row);
    for (let j = 0; j < n; j++) sorted[target * n + j] = sign * row[j]!;
  });
  return { values, vectors: sorted };
}

function signOfLargest(row: Float64Array): number {
  let largest = 0;
  for (const value of row) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? -1 : 1;
}
