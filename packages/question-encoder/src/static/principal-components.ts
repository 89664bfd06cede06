import type { Matrix } from '@embedllm/core';
import { symmetricEigen } from '@embedllm/core/linear-algebra';

/** Rows added up between two looks at the clock. */
const ROWS_A_STEP = 256;

/** Directions in which vectors differ most. */
export interface PrincipalComponents {
  /** Mean of the rows. */
  readonly mean: Float64Array;
  /** Row-major, [count, columns]: orthonormal, from most variance to least. */
  readonly components: Float64Array;
  readonly count: number;
}

/**
 * Principal component analysis by the eigenvectors of the covariance, at n d² + 9 d³ FLOPs for n rows
 * of d columns. The entry of largest magnitude of each component is positive.
 *
 * Yields the share done, from 0 to 1.
 */
export function* principalComponents(
  rows: Matrix,
  count: number,
): Generator<number, PrincipalComponents, void> {
  const columns = rows.cols;
  const mean = new Float64Array(columns);
  for (let index = 0; index < rows.rows; index++) {
    const row = rows.row(index);
    for (let j = 0; j < columns; j++) mean[j] = mean[j]! + row[j]! / rows.rows;
  }
  const covariance = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let index = 0; index < rows.rows; index++) {
    const row = rows.row(index);
    for (let j = 0; j < columns; j++) centred[j] = row[j]! - mean[j]!;
    for (let i = 0; i < columns; i++) {
      const factor = centred[i]!;
      const start = i * columns;
      for (let j = i; j < columns; j++) {
        covariance[start + j] = covariance[start + j]! + factor * centred[j]!;
      }
    }
    if (index % ROWS_A_STEP === 0) yield index / rows.rows;
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) covariance[i * columns + j] = covariance[j * columns + i]!;
  }
  const { vectors } = symmetricEigen(covariance, columns);
  return { mean, components: vectors.slice(0, count * columns), count };
}

/** Writes the coordinates of a row along the components. */
export function project(
  row: Float32Array,
  { mean, components, count }: PrincipalComponents,
  target: Float64Array,
): void {
  for (let k = 0; k < count; k++) {
    let sum = 0;
    const start = k * row.length;
    for (let j = 0; j < row.length; j++) sum += components[start + j]! * (row[j]! - mean[j]!);
    target[k] = sum;
  }
}
