import type { EncoderRecord, Question } from '@embedllm/core';
import { restoreEncoder } from '@embedllm/question-encoder';
import { isFitted } from './refit-encoder.js';

/**
 * How much of each question its vector stands for, wherever the vector came from; `undefined` for
 * encoders that cannot tell.
 */
export async function coverageOf(
  encoder: EncoderRecord,
  questions: readonly Question[],
): Promise<Float32Array | undefined> {
  if (!isFitted(encoder)) return undefined;
  const restored = await restoreEncoder(encoder);
  return restored.coverage?.(questions.map(({ prompt }) => prompt));
}
