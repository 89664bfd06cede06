import { EmbedLLMError } from '@embedllm/internals';

/** @throws EmbedLLMError `invalid-argument` when a name occurs twice. */
export function assertUnique(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new EmbedLLMError(`The ${what} ${JSON.stringify(name)} occurs twice.`, {
        code: 'invalid-argument',
      });
    }
    seen.add(name);
  }
}
