import { EmbedLLMError } from '@embedllm/core';

/** The collections of records that come with this package. */
export const COLLECTIONS = ['mmlu-pro', 'zeroeval'] as const;

/**
 * Where records come from: `mmlu-pro`, multiple choice in fourteen academic subjects, or `zeroeval`,
 * grade-school and competition mathematics and the output of Python code.
 */
export type Collection = (typeof COLLECTIONS)[number];

/** @throws EmbedLLMError `invalid-argument` on a name that is none. */
export function checkCollection(name: string): Collection {
  const known = COLLECTIONS.find((collection) => collection === name);
  if (known) return known;
  throw new EmbedLLMError(
    `Unknown collection ${JSON.stringify(name)}. Available: ${COLLECTIONS.join(', ')}.`,
    { code: 'invalid-argument' },
  );
}
