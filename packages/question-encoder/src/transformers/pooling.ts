import { EmbedLLMError, type Matrix } from '@embedllm/core';

/**
 * How the vectors of a text's tokens become one: their `mean`, their `max`imum by component, or
 * that of the first (`cls`) or `last` token.
 */
export type Pooling = 'mean' | 'max' | 'cls' | 'last';

export const POOLINGS: readonly Pooling[] = ['mean', 'max', 'cls', 'last'];

/** The token vectors of one batch, padded on the right. */
export interface TokenVectors {
  /** Row-major [texts, positions, dimensions]. */
  readonly data: Float32Array;
  readonly positions: number;
  readonly dimensions: number;
}

/**
 * Pools the tokens of one text of a batch into a row of the result. Only the first `length`
 * positions are read, so padding has no say.
 *
 * @throws EmbedLLMError `not-finite` when the model gave NaN or infinity.
 */
export function poolTokens(
  vectors: TokenVectors,
  text: number,
  length: number,
  pooling: Pooling,
  target: Float32Array,
): void {
  const { data, positions, dimensions } = vectors;
  const start = text * positions * dimensions;
  if (pooling === 'cls' || pooling === 'last') {
    const at = start + (pooling === 'cls' ? 0 : length - 1) * dimensions;
    target.set(data.subarray(at, at + dimensions));
  } else {
    const sums = new Float64Array(dimensions).fill(pooling === 'mean' ? 0 : -Infinity);
    for (let position = 0; position < length; position++) {
      const at = start + position * dimensions;
      for (let j = 0; j < dimensions; j++) {
        const value = data[at + j]!;
        const sum = sums[j]!;
        sums[j] = pooling === 'mean' ? sum + value : Math.max(sum, value);
      }
    }
    const divisor = pooling === 'mean' ? length : 1;
    for (let j = 0; j < dimensions; j++) target[j] = sums[j]! / divisor;
  }
  if (!target.every(Number.isFinite)) {
    throw new EmbedLLMError('The model gave a vector that is not finite.', { code: 'not-finite' });
  }
}

/** Scales each row to unit Euclidean length; a row of zeros stays. */
export function normalizeRows(matrix: Matrix): void {
  for (let row = 0; row < matrix.rows; row++) {
    const values = matrix.row(row);
    let square = 0;
    for (const value of values) square += value * value;
    if (square === 0) continue;
    const norm = Math.sqrt(square);
    for (let j = 0; j < values.length; j++) values[j] = values[j]! / norm;
  }
}
