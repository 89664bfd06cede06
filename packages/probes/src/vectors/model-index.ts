import { EmbedLLMError } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';

/**
 * The place of a model in a pool.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown name; the message lists similar ones.
 */
export function modelIndex(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index < 0) {
    throw new EmbedLLMError(`Unknown model ${JSON.stringify(name)}.${didYouMean(name, names)}`, {
      code: 'invalid-argument',
    });
  }
  return index;
}
