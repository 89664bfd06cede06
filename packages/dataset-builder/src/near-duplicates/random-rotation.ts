import type { Random } from '@embedllm/core';

/**
 * Pseudo-random rotations of R^n, n the next power of two: three times random signs and a fast
 * Hadamard transform, O(n log n) instead of n² (Andoni, Indyk, Laarhoven, Razenshteyn, Schmidt,
 * "Practical and Optimal LSH for Angular Distance", NeurIPS 2015). The sign of each coordinate says
 * on which side of a nearly uniformly random hyperplane a vector is, so that two vectors at the
 * angle a agree in a sign with probability 1 - a / π (Charikar, 2002).
 */
export class RandomRotation {
  /** n. */
  readonly size: number;
  readonly #signs: Float64Array;
  readonly #rotated: Float64Array;

  constructor(dimensions: number, random: Random) {
    let size = 1;
    while (size < dimensions) size *= 2;
    this.size = size;
    this.#signs = Float64Array.from({ length: 3 * size }, () => (random.uint32() & 1 ? 1 : -1));
    this.#rotated = new Float64Array(size);
  }

  /** The rotated vector, up to a factor; overwritten by the next call. */
  rotate(vector: Float32Array): Float64Array {
    const { size } = this;
    const rotated = this.#rotated.fill(0);
    rotated.set(vector);
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < size; index++) {
        rotated[index] = rotated[index]! * this.#signs[round * size + index]!;
      }
      hadamard(rotated);
    }
    return rotated;
  }
}

/** The fast Walsh-Hadamard transform, in place, n log n additions. */
function hadamard(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let index = start; index < start + half; index++) {
        const a = values[index]!;
        const b = values[index + half]!;
        values[index] = a + b;
        values[index + half] = a - b;
      }
    }
  }
}
