import { EmbedLLMError } from '@embedllm/core';

/**
 * How the vectors of a text's tokens become one: their `mean`, their `max`imum by component, their
 * mean weighted by position (`weighted-mean`), their sum over the square root of their number
 * (`mean-sqrt-length`), or that of the first (`cls`) or `last` token. `model` takes the text vector
 * that the model itself gives.
 */
export type Pooling =
  | 'mean'
  | 'max'
  | 'cls'
  | 'last'
  | 'weighted-mean'
  | 'mean-sqrt-length'
  | 'model';

export const POOLINGS: readonly Pooling[] = [
  'mean',
  'max',
  'cls',
  'last',
  'weighted-mean',
  'mean-sqrt-length',
  'model',
];

/** The token vectors of one batch, padded on the right. */
export interface TokenVectors {
  /** Row-major [texts, positions, dimensions]. */
  readonly data: Float32Array;
  readonly positions: number;
  readonly dimensions: number;
}

/** The tokens of one text of a batch. */
export interface TokenRange {
  /** Row of the text in the batch. */
  readonly text: number;
  /** First position that is pooled: behind the prompt, where the model leaves it out. */
  readonly start: number;
  /** Position behind the last token. */
  readonly end: number;
}

/**
 * Pools the tokens of one text of a batch. Only positions from `start` to `end` are read, so
 * padding has no say.
 *
 * @throws EmbedLLMError `not-finite` when the model gave NaN or infinity.
 */
export function poolTokens(
  vectors: TokenVectors,
  { text, start, end }: TokenRange,
  pooling: Exclude<Pooling, 'model'>,
  target: Float32Array,
): void {
  const { data, positions, dimensions } = vectors;
  const first = text * positions * dimensions;
  if (pooling === 'cls' || pooling === 'last') {
    const at = first + (pooling === 'cls' ? start : end - 1) * dimensions;
    target.set(data.subarray(at, at + dimensions));
  } else {
    const sums = new Float64Array(dimensions).fill(pooling === 'max' ? -Infinity : 0);
    let divisor = 0;
    for (let position = start; position < end; position++) {
      const at = first + position * dimensions;
      const weight = pooling === 'weighted-mean' ? position + 1 : 1;
      divisor += weight;
      for (let j = 0; j < dimensions; j++) {
        const value = data[at + j]!;
        const sum = sums[j]!;
        sums[j] = pooling === 'max' ? Math.max(sum, value) : sum + weight * value;
      }
    }
    if (pooling === 'max') divisor = 1;
    if (pooling === 'mean-sqrt-length') divisor = Math.sqrt(divisor);
    for (let j = 0; j < dimensions; j++) target[j] = sums[j]! / divisor;
  }
  requireFinite(target);
}

/** @throws EmbedLLMError `not-finite` when the model gave NaN or infinity. */
export function requireFinite(vector: Float32Array): void {
  if (!vector.every(Number.isFinite)) {
    throw new EmbedLLMError('The model returned a vector that is not finite.', {
      code: 'not-finite',
    });
  }
}

/** Scales a vector to unit Euclidean length; a vector of zeros stays. */
export function normalize(vector: Float32Array): void {
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) return;
  const norm = Math.sqrt(square);
  for (let j = 0; j < vector.length; j++) vector[j] = vector[j]! / norm;
}
