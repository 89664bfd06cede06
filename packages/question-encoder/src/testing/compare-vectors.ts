import { type EncodeOptions, Matrix, type QuestionEncoder } from '@embedllm/core';
import { demand, EncoderConformanceError } from './conformance-check.js';

/** Encodes and checks what every result must be: a matrix of the right shape, all finite. */
export async function encodeChecked(
  encoder: QuestionEncoder,
  texts: readonly string[],
  what = 'the texts',
  options?: EncodeOptions,
): Promise<Matrix> {
  let result: Matrix;
  try {
    // A copy, so that an encoder that changes its list spoils no other check.
    result = await encoder.encode([...texts], options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EncoderConformanceError(`encode failed on ${what}: ${reason}`, { cause });
  }
  demand(isMatrix(result), `encode must return a Matrix of @embedllm/core for ${what}.`);
  demand(
    result.rows === texts.length && result.cols === encoder.dimensions,
    `encode returned a matrix of shape [${result.rows}, ${result.cols}] for ${what}, but [${texts.length}, ${encoder.dimensions}] is required: one row per text, one column per dimension.`,
  );
  const wrong = result.data.findIndex((value) => !Number.isFinite(value));
  demand(
    wrong < 0,
    `encode returned ${result.data[wrong]} for ${what}, in the row of text ${Math.floor(wrong / Math.max(1, result.cols))}. Return a row of zeros for a text without content.`,
  );
  return result;
}

/** Another copy of @embedllm/core has another class, whose objects are as good. */
function isMatrix(value: unknown): boolean {
  if (value instanceof Matrix) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    value.data instanceof Float32Array &&
    'selectRows' in value
  );
}

/** Largest difference of two rows, relative to the longer of them; 0 where both are zeros. */
export function rowDifference(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (let j = 0; j < a.length; j++) {
    const [left, right] = [a[j]!, b[j]!];
    difference = Math.max(difference, Math.abs(left - right));
    largest = Math.max(largest, Math.abs(left), Math.abs(right));
  }
  return largest === 0 ? 0 : difference / largest;
}

/** Requires two results to agree row by row. */
export function requireEqualRows(
  actual: Matrix,
  expected: Matrix,
  options: { readonly tolerance: number; readonly message: string },
): void {
  for (let row = 0; row < expected.rows; row++) {
    const difference = rowDifference(actual.row(row), expected.row(row));
    demand(
      difference <= options.tolerance,
      `${options.message} (row ${row} differs by ${difference.toPrecision(2)} of its largest value; ${options.tolerance} is allowed)`,
    );
  }
}

/** Texts with a number in front, so that all differ: at least `count` of them. */
export function repeatTexts(texts: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i}. ${texts[i % texts.length]}`);
}
