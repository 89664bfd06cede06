import { EmbedLLMError } from '@embedllm/core';

/** What a score is as a label. @throws EmbedLLMError for a score between 0 and 1 without threshold. */
export function labelOf(score: number, threshold: number | undefined): 0 | 1 {
  if (threshold !== undefined) return score >= threshold ? 1 : 0;
  if (score === 0 || score === 1) return score;
  throw new EmbedLLMError(
    `There are graded scores, such as ${score}. Say from where on a score counts as correct with the option threshold.`,
    { code: 'invalid-argument' },
  );
}
