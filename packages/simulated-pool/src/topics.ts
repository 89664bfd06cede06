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

/** How hard a question is written: 0 easy to 3 hard, visible in the text. */
export type Level = 0 | 1 | 2 | 3;

/** Terms of a sub-topic that belong to each level. */
export const TERMS_PER_LEVEL = 3;

/** A way to write questions of one sub-topic. */
export interface Subtopic {
  readonly name: string;
  /** What share of each topic the question needs; the shares sum to 1. */
  readonly demand: Readonly<Partial<Record<Topic, number>>>;
  /** Number of options to choose among; 0 where an answer is written. */
  readonly options: number;
  /** What is asked, before and after the terms. */
  readonly frame: readonly [opening: string, question: string];
  /** Terms from common to rare, {@link TERMS_PER_LEVEL} for each level. */
  readonly terms: readonly string[];
}

/** A benchmark: sub-topics that share a category. */
export interface Benchmark {
  /** Becomes the category of its questions. */
  readonly name: string;
  /** Logits added to the difficulty of each of its questions. */
  readonly difficulty: number;
  /** Typical length of an answer in characters. */
  readonly answerCharacters: number;
  readonly subtopics: readonly Subtopic[];
}
