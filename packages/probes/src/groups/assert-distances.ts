import { assertFinite, EmbedLLMError, type Matrix } from '@embedllm/core';

/**
 * Refuses what are not distances between `count` models.
 *
 * @throws EmbedLLMError `shape-mismatch`, `not-finite`, or `invalid-argument` when they are
 * negative or not symmetric.
 */
export function assertDistances(distances: Matrix, count: number): void {
  if (distances.rows !== count || distances.cols !== count) {
    throw new EmbedLLMError(
      `${count} labels need distances of shape [${count}, ${count}], but they have [${distances.rows}, ${distances.cols}].`,
      { code: 'shape-mismatch' },
    );
  }
  assertFinite(distances, 'distances');
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const value = distances.at(a, b);
      const mirrored = distances.at(b, a);
      if (value < 0 || Math.abs(value - mirrored) > 1e-5 * Math.max(value, mirrored)) {
        throw new EmbedLLMError(
          `The distances of models ${a} and ${b} are ${value} and ${mirrored}, but must be equal and at least 0.`,
          { code: 'invalid-argument' },
        );
      }
    }
  }
}
