import type { EncoderRecord, Question } from '@embedllm/core';
import { restoreEncoder } from '@embedllm/question-encoder';

/**
 * How much of each question its vector stands for, wherever the vector came from; `undefined` for
 * encoders that cannot tell.
 */
export async function coverageOf(
  encoder: EncoderRecord,
  questions: readonly Question[],
): Promise<Float32Array | undefined> {
  if (!/^(categories:)?lsa$/.test(encoder.id)) return undefined;
  const lsa = await restoreEncoder(encoder);
  return lsa.coverage?.(questions.map(({ prompt }) => prompt));
}
