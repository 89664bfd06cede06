import { EmbedLLMError } from '../errors.js';

/** @throws EmbedLLMError `invalid-argument` when a name occurs twice. */
export function assertUnique(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new EmbedLLMError(
        'invalid-argument',
        `The ${what} ${JSON.stringify(name)} occurs twice.`,
      );
    }
    seen.add(name);
  }
}
