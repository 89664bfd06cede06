import { Matrix } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';
import { checkInteger } from '@embedllm/internals';
import { type EmbeddingSource, modelVectors } from '../vectors/model-vectors.js';
import type { MapPoint } from './map-point.js';

/** A variance below this part of the largest is rounding. */
const NEGLIGIBLE = 1e-12;

/** Options of `principalComponents`: a source of vectors, and how many components. */
export type PrincipalComponentsOptions = EmbeddingSource & {
  /** An integer from 1; all of them if there are fewer. @default 2 */
  readonly components?: number | undefined;
};

/** Result of `principalComponents`. */
export interface PrincipalComponents {
  /** Names of the models, length M. */
  readonly names: readonly string[];
  /** Coordinates of the models, shape [M, c], each column of mean 0. */
  readonly coordinates: Matrix;
  /** Unit directions in the space of the vectors, shape [c, d]; zeros beyond the rank. */
  readonly axes: Matrix;
  /** Share of the variance along each component, length c, falling. */
  readonly explained: readonly number[];
  /** The first two components, for a map; y is 0 where there is one only. */
  readonly points: readonly MapPoint[];
}

/**
 * Principal components of the model vectors (Pearson, 1901; Hotelling, 1933), not rescaled: the
 * factors of the direct solver carry their weight in logits. The largest entry of each axis is
 * positive. One eigendecomposition of size min(M, d).
 *
 * @throws EmbedLLMError `invalid-argument` on a bad number of components, `shape-mismatch` or
 * `not-finite` on unusable vectors.
 *
 * @example
 * ```ts
 * const { points, explained } = principalComponents({ model, part: 'factors' });
 * ```
 */
export function principalComponents(options: PrincipalComponentsOptions): PrincipalComponents {
  const { components = 2 } = options;
  checkInteger('components', components, { min: 1 });
  const { names, vectors } = modelVectors(options);
  const { rows: M, cols: d } = vectors;
  const centred = centre(vectors);
  const size = Math.min(M, d);
  const count = Math.min(components, size);
  const transposed = d < M;
  const { values, vectors: eigenvectors } = symmetricEigen(
    products(centred, M, d, transposed),
    size,
  );
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const coordinates = new Matrix(M, count);
  const axes = new Matrix(count, d);
  for (let c = 0; c < count; c++) {
    // Beyond the rank there is no direction, only rounding that looks like one.
    if (!(values[c]! > NEGLIGIBLE * values[0]!)) break;
    const axis = new Float64Array(d);
    const vector = eigenvectors.subarray(c * size, (c + 1) * size);
    if (transposed) axis.set(vector);
    else {
      for (let m = 0; m < M; m++) {
        for (let k = 0; k < d; k++) {
          axis[k] = axis[k]! + vector[m]! * centred[m * d + k]!;
        }
      }
    }
    normalize(axis);
    axes.row(c).set(axis);
    for (let m = 0; m < M; m++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += axis[k]! * centred[m * d + k]!;
      coordinates.data[m * count + c] = sum;
    }
  }
  return {
    names,
    coordinates,
    axes,
    explained: [...values.subarray(0, count)].map((value) =>
      total > 0 ? Math.max(0, value) / total : 0,
    ),
    points: names.map((name, m) => ({
      name,
      x: count > 0 ? coordinates.at(m, 0) : 0,
      y: count > 1 ? coordinates.at(m, 1) : 0,
    })),
  };
}

function centre({ rows, cols, data }: Matrix): Float64Array {
  const centred = Float64Array.from(data);
  for (let k = 0; k < cols; k++) {
    let mean = 0;
    for (let m = 0; m < rows; m++) mean += centred[m * cols + k]! / rows;
    for (let m = 0; m < rows; m++) centred[m * cols + k] = centred[m * cols + k]! - mean;
  }
  return centred;
}

/** A Aᵀ, or Aᵀ A when `transposed`, of A [M, d]. */
function products(a: Float64Array, M: number, d: number, transposed: boolean): Float64Array {
  const size = transposed ? d : M;
  const inner = transposed ? M : d;
  const [step, stride] = transposed ? [1, d] : [d, 1];
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let t = 0; t < inner; t++) {
        sum += a[i * step + t * stride]! * a[j * step + t * stride]!;
      }
      result[i * size + j] = sum;
      result[j * size + i] = sum;
    }
  }
  return result;
}

function normalize(axis: Float64Array): void {
  let square = 0;
  let largest = 0;
  for (const value of axis) {
    square += value * value;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  const scale = square > 0 ? Math.sign(largest) / Math.sqrt(square) : 0;
  for (let k = 0; k < axis.length; k++) axis[k] = axis[k]! * scale;
}
