import { EmbedLLMError } from '@embedllm/core';
import { similarNames } from '@embedllm/internals';

/**
 * The place of a model in a pool.
 *
 * @throws EmbedLLMError `invalid-argument` on an unknown name; the message lists similar ones.
 */
export function modelIndex(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index < 0) {
    const similar = similarNames(name, names).map((candidate) => JSON.stringify(candidate));
    const hint = similar.length > 0 ? ` Did you mean ${similar.join(', ')}?` : '';
    throw new EmbedLLMError(`Unknown model ${JSON.stringify(name)}.${hint}`, {
      code: 'invalid-argument',
    });
  }
  return index;
}
