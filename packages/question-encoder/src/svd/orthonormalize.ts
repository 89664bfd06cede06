import { cholesky, symmetricEigen } from '@embedllm/core/linear-algebra';
import type { PanelMatrix } from './panel-matrix.js';
import { crossProduct, multiplyRight } from './panel-products.js';

/**
 * A Cholesky pivot below this share of the largest diagonal value means a condition number of
 * about 1e5: beyond it the columns would come out less than 1e-6 orthonormal.
 */
const SAFE_PIVOT = 1e-10;
/** Directions with a smaller share of the largest squared length are rounding errors. */
const NULL_DIRECTION = 1e-13;

/**
 * An orthonormal basis of the columns of a tall matrix, [n, c] to [n, rank], through its Gram
 * matrix: Cholesky QR, `Y L⁻ᵀ` with `YᵀY = L Lᵀ`, at 2 n c² FLOPs.
 *
 * Where the columns are (nearly) dependent, the Gram matrix's eigenvectors take Cholesky's place,
 * the null directions are left out, and a second pass restores orthogonality.
 */
export function* orthonormalize(columns: PanelMatrix): Generator<void, PanelMatrix, void> {
  const size = columns.cols;
  const gram = yield* crossProduct(columns, columns, { symmetric: true });
  const factor = safeCholesky(gram, size);
  if (factor) {
    return yield* multiplyRight(columns, invertTransposed(factor, size), size, {
      upperTriangular: true,
    });
  }
  const { values, vectors } = symmetricEigen(gram, size);
  const largest = values[0] ?? 0;
  const rank = values.findIndex((value) => !(value > NULL_DIRECTION * largest));
  const kept = rank < 0 ? size : rank;
  const whitening = new Float64Array(size * kept);
  for (let k = 0; k < kept; k++) {
    const scale = 1 / Math.sqrt(values[k]!);
    for (let i = 0; i < size; i++) {
      whitening[i * kept + k] = scale * vectors[k * size + i]!;
    }
  }
  const basis = yield* multiplyRight(columns, whitening, kept);
  const again = safeCholesky(yield* crossProduct(basis, basis, { symmetric: true }), kept);
  if (!again) return basis;
  return yield* multiplyRight(basis, invertTransposed(again, kept), kept, {
    upperTriangular: true,
  });
}

function safeCholesky(gram: Float64Array, size: number): Float64Array | undefined {
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, gram[i * size + i]!);
  if (!(largest > 0)) return undefined;
  let factor: Float64Array;
  try {
    factor = cholesky(gram, size);
  } catch {
    return undefined;
  }
  for (let i = 0; i < size; i++) {
    if (factor[i * size + i]! ** 2 < SAFE_PIVOT * largest) return undefined;
  }
  return factor;
}

/** L⁻ᵀ, upper triangular, row-major; n³ / 3 FLOPs. */
function invertTransposed(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  // Column j of L⁻¹ by forward substitution, written as row j of its transpose.
  for (let j = 0; j < size; j++) {
    const row = j * size;
    inverse[row + j] = 1 / lower[row + j]!;
    for (let i = j + 1; i < size; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) {
        sum += lower[i * size + k]! * inverse[row + k]!;
      }
      inverse[row + i] = -sum / lower[i * size + i]!;
    }
  }
  return inverse;
}
