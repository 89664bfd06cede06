import { EmbedLLMError } from '@embedllm/core';

/** @throws EmbedLLMError `shape-mismatch` where a list has another length than there are questions. */
export function checkLength(
  name: string,
  list: ArrayLike<unknown> | undefined,
  length: number,
): void {
  if (list === undefined || list.length === length) return;
  throw new EmbedLLMError(
    `\`${name}\` has ${list.length} entries, but there are ${length} questions.`,
    { code: 'shape-mismatch' },
  );
}
