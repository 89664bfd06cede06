import { EmbedLLMError } from '../errors.js';

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
  if (matrix.length !== size * size) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `A ${size} x ${size} matrix needs ${size * size} values, but ${matrix.length} were given.`,
    );
  }
  const rows = Float64Array.from(matrix);
  if (!rows.every(Number.isFinite)) {
    throw new EmbedLLMError(
      'not-finite',
      'The matrix to decompose holds a value that is not finite.',
    );
  }
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const vectors = tridiagonalize(rows, size, diagonal, offDiagonal);
  diagonalize(vectors, size, diagonal, offDiagonal);
  return sortDescending(vectors, size, diagonal);
}

/**
 * Reduces A to T = Q A Qᵀ with reflections I - scale v vᵀ, and returns the rows of Q.
 * `a` is overwritten: row k keeps the reflection that cleared column k.
 */
function tridiagonalize(
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

/** QL with implicit Wilkinson shifts on a tridiagonal matrix; rotates the rows of `vectors` along. */
function diagonalize(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): void {
  for (let first = 0; first < n; first++) {
    for (let sweep = 0; ; sweep++) {
      let last = first;
      while (last < n - 1 && !negligible(diagonal, offDiagonal, last)) last++;
      if (last === first) break;
      if (sweep === MAX_SWEEPS) {
        throw new EmbedLLMError('not-finite', 'The eigenvalue iteration did not converge.');
      }
      const gap = (diagonal[first + 1] as number) - (diagonal[first] as number);
      const off = offDiagonal[first] as number;
      const ratio = gap / (2 * off);
      const hypotenuse = Math.hypot(ratio, 1);
      let g =
        (diagonal[last] as number) -
        (diagonal[first] as number) +
        off / (ratio + (ratio >= 0 ? hypotenuse : -hypotenuse));
      let sine = 1;
      let cosine = 1;
      let carried = 0;
      let i = last - 1;
      for (; i >= first; i--) {
        const f = sine * (offDiagonal[i] as number);
        const b = cosine * (offDiagonal[i] as number);
        const r = Math.hypot(f, g);
        offDiagonal[i + 1] = r;
        if (r === 0) {
          // Underflow: the matrix has split here; undo the carried part and start again.
          diagonal[i + 1] = (diagonal[i + 1] as number) - carried;
          offDiagonal[last] = 0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        const shifted = (diagonal[i + 1] as number) - carried;
        const t = ((diagonal[i] as number) - shifted) * sine + 2 * cosine * b;
        carried = sine * t;
        diagonal[i + 1] = shifted + carried;
        g = cosine * t - b;
        rotateRows(vectors, n, i, cosine, sine);
      }
      if (i >= first) continue;
      diagonal[first] = (diagonal[first] as number) - carried;
      offDiagonal[first] = g;
      offDiagonal[last] = 0;
    }
  }
}

function negligible(diagonal: Float64Array, offDiagonal: Float64Array, index: number): boolean {
  const scale = Math.abs(diagonal[index] as number) + Math.abs(diagonal[index + 1] as number);
  return Math.abs(offDiagonal[index] as number) <= Number.EPSILON * scale;
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
    const lower = vectors[a] as number;
    const upper = vectors[b] as number;
    vectors[b] = sine * lower + cosine * upper;
    vectors[a] = cosine * lower - sine * upper;
  }
}

function sortDescending(vectors: Float64Array, n: number, diagonal: Float64Array): SymmetricEigen {
  const order = Array.from({ length: n }, (_, index) => index).sort(
    (a, b) => (diagonal[b] as number) - (diagonal[a] as number) || a - b,
  );
  const values = new Float64Array(n);
  const sorted = new Float64Array(n * n);
  order.forEach((source, target) => {
    values[target] = diagonal[source] as number;
    const row = vectors.subarray(source * n, (source + 1) * n);
    const sign = signOfLargest(row);
    for (let j = 0; j < n; j++) sorted[target * n + j] = sign * (row[j] as number);
  });
  return { values, vectors: sorted };
}

function signOfLargest(row: Float64Array): number {
  let largest = 0;
  for (const value of row) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? -1 : 1;
}
