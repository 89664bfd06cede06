import { EmbedLLMError, Random } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';

/**
 * Flip rate: the share of questions that go to another model when their prompts are worded
 * differently, such as by `addTypingErrors`. The lower the better, where the wording does not change
 * which model is right (robustness in RouterArena, Lu et al., arXiv 2510.00202).
 *
 * @param before - Choices for the prompts as they are; -1 for none, length Q.
 * @param after - Choices for the same questions, worded differently.
 * @throws EmbedLLMError `shape-mismatch` when lengths differ, `invalid-argument` without questions.
 */
export function flipRate(before: ArrayLike<number>, after: ArrayLike<number>): number {
  if (before.length !== after.length) {
    throw new EmbedLLMError(`Cannot compare ${before.length} choices with ${after.length}.`, {
      code: 'shape-mismatch',
    });
  }
  if (before.length === 0) {
    throw new EmbedLLMError('A flip rate needs at least one question.', {
      code: 'invalid-argument',
    });
  }
  let flips = 0;
  for (let q = 0; q < before.length; q++) flips += Number(before[q] !== after[q]);
  return flips / before.length;
}

/** What `addTypingErrors` takes besides the prompts. */
export interface TypingErrorOptions {
  /** Share of the words that get an error, 0 to 1. @default 0.05 */
  readonly share?: number | undefined;
  /** Of the choice of words and places, a 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
}

/** Words of letters alone, long enough that two neighbours can change places within them. */
const WORD = /(?<![\p{L}\p{N}_])\p{L}{4,}(?![\p{L}\p{N}_])/gu;

/**
 * Prompts as a hurried person would type them: in a share of the words of four letters or more, two
 * neighbouring letters change places, the first and the last excepted. Numbers, symbols, short words
 * and identifiers with digits or underscores stay, so that a question keeps its answer. For
 * `flipRate`; the same seed gives the same errors.
 *
 * @throws EmbedLLMError `invalid-argument` on a share out of range.
 * @example
 * addTypingErrors(['What is the capital of France?'], { share: 1 });
 */
export function addTypingErrors(
  prompts: readonly string[],
  options: TypingErrorOptions = {},
): string[] {
  const { share = 0.05, seed = 0 } = options;
  checkNumber('share', share, { min: 0, max: 1 });
  const random = new Random(seed);
  return prompts.map((prompt) =>
    prompt.replace(WORD, (word) => {
      if (random.uniform() >= share) return word;
      const letters = [...word];
      const at = 1 + random.integer(letters.length - 3);
      return [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join(
        '',
      );
    }),
  );
}
