import { EmbedLLMError } from '@embedllm/core';

/** @throws EmbedLLMError `invalid-argument` for a name that could not be part of keys. */
export function assertRunId(id: string, what: 'training' | 'sweep'): void {
  if (/^[\w-]{1,80}$/.test(id)) return;
  throw new EmbedLLMError(
    `${JSON.stringify(id)} is not a valid name for a ${what}. Use letters, digits, "-" and "_".`,
    { code: 'invalid-argument' },
  );
}
