import { EmbedLLMError, type Random } from '@embedllm/core';

/** The topics that questions demand and models are skilled in. */
export const TOPICS = [
  'mathematics',
  'code',
  'medicine',
  'law',
  'commonsense',
  'language',
  'logic',
  'knowledge',
] as const;

/** One of {@link TOPICS}. */
export type Topic = (typeof TOPICS)[number];

/** How hard a template writes its question: 0 easy to 3 hard, visible in the text. */
export type Level = 0 | 1 | 2 | 3;

/** One value for each level. */
export type PerLevel<T> = readonly [T, T, T, T];

/** What a template wrote. */
export interface Draft {
  readonly prompt: string;
  /** The right answer: a letter for multiple choice, otherwise the text itself. */
  readonly answer: string;
  /** Number of options, for multiple choice only. */
  readonly choices?: number;
}

/** A way to write questions of one sub-topic. */
export interface Template {
  readonly subtopic: string;
  /** What share of each topic the question needs; the shares sum to 1. */
  readonly demand: Readonly<Partial<Record<Topic, number>>>;
  write(random: Random, level: Level): Draft;
}

/** A benchmark: templates that share a category. */
export interface Benchmark {
  /** Becomes the category of its questions. */
  readonly name: string;
  /** Logits added to the difficulty of each of its questions. */
  readonly difficulty: number;
  /** Typical length of an answer in characters. */
  readonly answerCharacters: number;
  readonly templates: readonly Template[];
}

/** An integer from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/**
 * Different items of a list, in random order.
 *
 * @throws EmbedLLMError `invalid-argument` when the list is too short.
 */
export function pickDistinct<T>(random: Random, items: readonly T[], count: number): T[] {
  if (count > items.length) {
    throw new EmbedLLMError(`Cannot pick ${count} different items of ${items.length}.`, {
      code: 'invalid-argument',
    });
  }
  return random.shuffle([...items]).slice(0, count);
}

/** Writes lettered options in random order below a question. */
export function multipleChoice(
  random: Random,
  stem: string,
  correct: string,
  wrong: readonly string[],
): Draft {
  const options = random.shuffle([correct, ...wrong]);
  const lines = options.map((option, index) => `${letter(index)}) ${option}`);
  return {
    prompt: `${stem}\n${lines.join('\n')}`,
    answer: letter(options.indexOf(correct)),
    choices: options.length,
  };
}

/** Joins items as `a, b and c`. */
export function listing(items: readonly string[]): string {
  const last = items[items.length - 1] ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

function letter(index: number): string {
  return String.fromCharCode(65 + index);
}
