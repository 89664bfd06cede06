import { EmbedLLMError } from '@embedllm/core';

/** @throws EmbedLLMError `invalid-argument` when it is not above 0 and at most the limit. */
export function assertShare(name: string, value: number, limit: number): void {
  if (value > 0 && value <= limit) return;
  throw new EmbedLLMError(`${name} must be above 0 and at most ${limit}, but is ${value}.`, {
    code: 'invalid-argument',
  });
}

/** @throws EmbedLLMError `invalid-argument` when it is no integer from 1 to the limit. */
export function assertCount(name: string, value: number, limit: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= limit) return;
  throw new EmbedLLMError(`${name} must be an integer from 1 to ${limit}, but is ${value}.`, {
    code: 'invalid-argument',
  });
}
