import { EmbedLLMError } from '@embedllm/internals';
import type { Matrix } from './matrix.js';

/**
 * Refuses a matrix that holds NaN or an infinity.
 *
 * @param name - What the matrix is, for the message ("question embeddings").
 * @throws EmbedLLMError `not-finite`, naming the first offending row and column.
 */
export function assertFinite(matrix: Matrix, name: string): void {
  const { data, cols } = matrix;
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    // x - x is 0 for finite x and NaN for NaN and infinities: one comparison per value.
    if (value - value !== 0) {
      const row = Math.floor(index / cols);
      throw new EmbedLLMError(
        `The ${name} have ${value} at row ${row}, column ${index % cols}. All values must be finite.`,
        {
          code: 'not-finite',
        },
      );
    }
  }
}
