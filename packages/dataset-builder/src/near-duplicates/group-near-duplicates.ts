import type { Question } from '@embedllm/core';
import { findNearDuplicates, type NearDuplicateOptions } from './find-near-duplicates.js';

/** Options of `groupNearDuplicates`. */
export type GroupNearDuplicatesOptions = Omit<NearDuplicateOptions, 'categories'>;

/**
 * Groups questions whose prompts are near-duplicates, for `splitQuestions`, which then puts no
 * near-duplicate of a training question into the test part; see `findNearDuplicates`.
 *
 * @returns the group of each question, length Q, numbered from 0 by first appearance.
 * @throws EmbedLLMError `invalid-argument` when an option is out of range.
 *
 * @example
 * const groups = await groupNearDuplicates(questions);
 * const split = splitQuestions(questions.map(({ category }) => category), { seed: 7, groups });
 */
export async function groupNearDuplicates(
  questions: readonly Pick<Question, 'prompt' | 'category'>[],
  options: GroupNearDuplicatesOptions = {},
): Promise<Uint32Array> {
  const { groups } = await findNearDuplicates(
    questions.map(({ prompt }) => prompt),
    { ...options, categories: questions.map(({ category }) => category) },
  );
  return groups;
}
