import { assertFinite, EmbedLLMError, Matrix } from '@embedllm/core';
import { singularDecomposition } from './singular-values.js';

/** Options of `procrustes`. */
export interface ProcrustesOptions {
  /** Stays where it is, shape [n, d]. */
  readonly target: Matrix;
  /** Is moved to fit, shape [n, e], the same models in the same order. */
  readonly moved: Matrix;
  /** May `moved` be scaled? @default true */
  readonly scaling?: boolean | undefined;
}

/** Result of `procrustes`. */
export interface ProcrustesFit {
  /**
   * Squared distance that remains / squared spread of the target. With scaling from 0 to 1 and the
   * same whichever of the two is moved.
   */
  readonly disparity: number;
  /** Factor that `moved` was scaled by; 1 without scaling. */
  readonly scale: number;
  /** `moved` shifted, rotated (reflections allowed) and scaled, shape [n, max(d, e)]. */
  readonly aligned: Matrix;
}

/**
 * Orthogonal Procrustes analysis: the rotation, shift and, if wanted, scale that bring one set of
 * vectors closest to another in squared distance (Schönemann, 1966; Gower, 1975). Embeddings of two
 * trainings are only comparable after it. The narrower matrix is filled up with zeros.
 *
 * 4 n d² FLOPs and a singular value decomposition of size d.
 *
 * @throws EmbedLLMError `shape-mismatch` when the rows differ in number, `not-finite` on NaN,
 * `invalid-argument` when all rows of the target, or with scaling of `moved`, are the same.
 *
 * @example
 * ```ts
 * const { disparity } = procrustes({ target: first.modelDirections, moved: second.modelDirections });
 * ```
 */
export function procrustes(options: ProcrustesOptions): ProcrustesFit {
  const { target, moved, scaling = true } = options;
  if (target.rows !== moved.rows) {
    throw new EmbedLLMError(
      `Cannot align vectors of ${target.rows} models with those of ${moved.rows}.`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(target, 'target vectors');
  assertFinite(moved, 'vectors to align');
  const n = target.rows;
  const d = Math.max(target.cols, moved.cols);
  const a = centre(target, d);
  const b = centre(moved, d);
  if (!(a.square > 0) || (scaling && !(b.square > 0))) {
    throw new EmbedLLMError('Vectors that are the same for every model cannot be aligned.', {
      code: 'invalid-argument',
    });
  }
  // Bᵀ A, whose polar factor is the rotation.
  const cross = new Float64Array(d * d);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < d; i++) {
      const value = b.values[row * d + i]!;
      if (value === 0) continue;
      for (let j = 0; j < d; j++) {
        cross[i * d + j] = cross[i * d + j]! + value * a.values[row * d + j]!;
      }
    }
  }
  const { values, left, right } = singularDecomposition(cross, d);
  const nuclear = values.reduce((sum, value) => sum + value, 0);
  const scale = scaling ? nuclear / b.square : 1;
  const aligned = new Matrix(n, d);
  for (let row = 0; row < n; row++) {
    const result = Float64Array.from(a.mean);
    for (let k = 0; k < d; k++) {
      let along = 0;
      for (let i = 0; i < d; i++) {
        along += b.values[row * d + i]! * left[k * d + i]!;
      }
      for (let j = 0; j < d; j++) {
        result[j] = result[j]! + scale * along * right[k * d + j]!;
      }
    }
    aligned.row(row).set(result);
  }
  const remaining = a.square - 2 * scale * nuclear + scale * scale * b.square;
  return { disparity: Math.max(0, remaining / a.square), scale, aligned };
}

function centre(
  matrix: Matrix,
  d: number,
): { values: Float64Array; mean: Float64Array; square: number } {
  const { rows: n, cols } = matrix;
  const values = new Float64Array(n * d);
  const mean = new Float64Array(d);
  for (let k = 0; k < cols; k++) {
    let sum = 0;
    for (let row = 0; row < n; row++) sum += matrix.at(row, k);
    mean[k] = sum / n;
    for (let row = 0; row < n; row++) values[row * d + k] = matrix.at(row, k) - sum / n;
  }
  return { values, mean, square: values.reduce((sum, value) => sum + value * value, 0) };
}
