import { similarNames } from './similar-names.js';

/** ` Did you mean "gpt-4o"?` after the sentence that says a name is unknown; empty without a similar one. */
export function didYouMean(name: string, known: readonly string[]): string {
  const similar = similarNames(name, known).map((candidate) => JSON.stringify(candidate));
  return similar.length > 0 ? ` Did you mean ${similar.join(' or ')}?` : '';
}
