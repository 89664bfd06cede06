import { checkList, checkObject, EmbedLLMError } from '@embedllm/internals';
import { Random } from '../random/random.js';
import { assignGroups } from './assign-groups.js';
import { roundSizes } from './stratified-sizes.js';

/** Indices of questions, ascending in each part; every question is in exactly one part. */
export interface QuestionSplit {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** The share of questions that each part gets; each from 0 to 1, together 1. */
export interface SplitFractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Options of `splitQuestions`. */
export interface SplitOptions {
  /** Any 32-bit unsigned integer; the same seed gives the same split on every platform. */
  readonly seed: number;
  /** @default { train: 0.8, validation: 0.1, test: 0.1 } */
  readonly fractions?: SplitFractions | undefined;
  /**
   * The group of each question, length Q: questions with the same number come into the same part.
   * Near-duplicates belong in one group, lest test questions be known from training.
   *
   * @default every question for itself
   */
  readonly groups?: ArrayLike<number> | undefined;
}

/** How far the fractions may add up to something else than 1. */
const TOLERANCE = 1e-6;

/**
 * Splits questions at random into train, validation and test, stratified by category.
 *
 * The parts get their fractions of all questions, rounded by largest remainders; a part with a
 * fraction above 0 gets at least one question, one with fraction 0 gets none. Within a category
 * each part gets that same share, rounded down or up, so that the totals hold however small the
 * categories, and every question has the same chance to come into a part.
 *
 * With `groups` no group is divided. Groups of several questions are dealt out first, the largest
 * first, to a part that has room, with odds by what each part still lacks of their categories; then
 * questions that are alone make the shares good. So the totals hold exactly wherever the groups
 * allow, and the shares within a category as far as those that are alone can balance them. A group
 * larger than all parts but train always comes into train.
 *
 * @param categories - The category of each question, length Q.
 * @throws EmbedLLMError `invalid-argument` when the seed, the fractions or a group are out of
 * range, `shape-mismatch` when there are not as many groups as categories, `invalid-data` when
 * there are fewer questions, or groups, than parts to fill.
 *
 * @example
 * const split = splitQuestions(questions.map((question) => question.category), { seed: 7 });
 * const training = correctness.selectQuestions(split.train);
 */
export function splitQuestions(
  categories: readonly string[],
  options: SplitOptions,
): QuestionSplit {
  checkList('categories', categories);
  const random = new Random(checkObject('options', options).seed);
  const totals = partSizes(
    categories.length,
    normalizedShares(options.fractions ?? { train: 0.8, validation: 0.1, test: 0.1 }),
  );
  const indices = categoryIndices(categories);
  const assigned = new Uint8Array(categories.length);
  const { alone, remaining } = assignGroups(
    { categories: indices, groups: options.groups, totals, assigned },
    random,
  );
  const members = remaining.map((): number[] => []);
  for (const question of alone) members[indices[question]!]?.push(question);
  for (const questions of members) random.shuffle(questions);
  const sizes = roundSizes(remaining, categories.length, random);
  members.forEach((questions, category) => {
    let next = 0;
    sizes[category]?.forEach((size, part) => {
      for (const end = next + size; next < end; next++) assigned[questions[next]!] = part;
    });
  });
  const part = (index: number): number[] =>
    Array.from(categories.keys()).filter((question) => assigned[question] === index);
  return { train: part(0), validation: part(1), test: part(2) };
}

type Three = [number, number, number];

/** @throws EmbedLLMError `invalid-argument` when they are not fractions of a whole. */
function normalizedShares({ train, validation, test }: SplitFractions): Three {
  const total = train + validation + test;
  const within = [train, validation, test].every((share) => share >= 0 && share <= 1);
  if (!within || Math.abs(total - 1) > TOLERANCE) {
    throw new EmbedLLMError(
      `The fractions must each be from 0 to 1 and add up to 1, but train is ${train}, validation ${validation} and test ${test}.`,
      { code: 'invalid-argument' },
    );
  }
  return [train / total, validation / total, test / total];
}

/** Sizes by largest remainders; a part that would be empty takes one from the largest. */
function partSizes(count: number, shares: Three): Three {
  const wanted = shares.filter((share) => share > 0).length;
  if (count < wanted || count === 0) {
    throw new EmbedLLMError(
      `${count} ${count === 1 ? 'question' : 'questions'} cannot fill ${wanted} parts.`,
      { code: 'invalid-data' },
    );
  }
  // 0.1 has no exact binary form: a quota this close to an integer is meant to be it.
  const quotas = shares.map((share) => Math.round(share * count * 1e6) / 1e6);
  const sizes = quotas.map(Math.floor);
  const remainder = (part: number): number => (quotas[part] ?? 0) % 1;
  const left = count - sizes.reduce((sum, size) => sum + size, 0);
  const byRemainder = [0, 1, 2].sort((a, b) => remainder(b) - remainder(a));
  const move = (part: number, by: number): void => {
    sizes[part] = (sizes[part] ?? 0) + by;
  };
  for (const part of byRemainder.slice(0, left)) move(part, 1);
  shares.forEach((share, part) => {
    if (share === 0 || sizes[part] !== 0) return;
    move(sizes.indexOf(Math.max(...sizes)), -1);
    move(part, 1);
  });
  const [train = 0, validation = 0, test = 0] = sizes;
  return [train, validation, test];
}

/** The category of each question as a number, in order of first appearance. */
function categoryIndices(categories: readonly string[]): Uint32Array {
  const known = new Map<string, number>();
  return Uint32Array.from(categories, (category) => {
    const index = known.get(category) ?? known.size;
    known.set(category, index);
    return index;
  });
}
