import { EmbedLLMError } from '../errors.js';
import { Random } from '../random/random.js';

/** Indices of questions, ascending in each part; every question is in exactly one part. */
export interface QuestionSplit {
  readonly train: readonly number[];
  readonly val: readonly number[];
  readonly test: readonly number[];
}

/** The share of questions that each part gets; each from 0 to 1, together 1. */
export interface SplitFractions {
  readonly train: number;
  readonly val: number;
  readonly test: number;
}

/** Options of `splitQuestions`. */
export interface SplitOptions {
  /** Any 32-bit unsigned integer; the same seed gives the same split on every platform. */
  readonly seed: number;
  /** @default { train: 0.8, val: 0.1, test: 0.1 } */
  readonly fractions?: SplitFractions | undefined;
}

const PARTS = ['train', 'val', 'test'] as const;

/** Quotas this close to an integer are that integer: 0.1 has no exact binary form. */
const ROUNDING = 1e-6;

/**
 * Splits questions at random into train, validation and test, stratified by category.
 *
 * Within a category each part gets its fraction rounded down or up (largest remainders); which
 * parts are rounded up makes good what they fell short of in the categories before, so that the
 * overall fractions hold too, even with many small categories. A part whose fraction is above 0
 * gets at least one question, one with fraction 0 gets none.
 *
 * @param categories - The category of each question, length Q.
 * @throws EmbedLLMError `invalid-argument` when the seed or the fractions are out of range,
 * `invalid-data` when there are fewer questions than parts to fill.
 *
 * @example
 * const split = splitQuestions(questions.map((question) => question.category), { seed: 7 });
 * const training = correctness.selectQuestions(split.train);
 */
export function splitQuestions(
  categories: readonly string[],
  options: SplitOptions,
): QuestionSplit {
  const random = new Random(options.seed);
  const shares = normalizedShares(options.fractions ?? { train: 0.8, val: 0.1, test: 0.1 });
  const wanted = shares.filter((share) => share > 0).length;
  if (categories.length < wanted) {
    throw new EmbedLLMError(
      'invalid-data',
      `${categories.length} questions cannot fill ${wanted} parts.`,
    );
  }
  const assigned = new Uint8Array(categories.length);
  const counts = [0, 0, 0];
  // What each part fell short of so far; below 0 where it got more than its share.
  const owed = [0, 0, 0];
  for (const members of shuffledGroups(categories, random)) {
    let next = 0;
    apportion(members.length, shares, owed).forEach((size, part) => {
      for (const end = next + size; next < end; next++) assigned[members[next] as number] = part;
      counts[part] = (counts[part] as number) + size;
    });
  }
  fillEmptyParts(assigned, counts, shares, random);
  const members = (part: number): number[] =>
    Array.from(categories.keys()).filter((question) => assigned[question] === part);
  return { train: members(0), val: members(1), test: members(2) };
}

/** @throws EmbedLLMError `invalid-argument` when they are no fractions of a whole. */
function normalizedShares(fractions: SplitFractions): number[] {
  const shares = PARTS.map((part) => fractions[part]);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!shares.every((share) => share >= 0 && share <= 1) || Math.abs(total - 1) > ROUNDING) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The fractions must each be from 0 to 1 and add up to 1, but train is ${shares[0]}, val ${shares[1]} and test ${shares[2]}.`,
    );
  }
  return shares.map((share) => share / total);
}

/** The questions of each category in random order; the categories too come in random order. */
function shuffledGroups(categories: readonly string[], random: Random): number[][] {
  const groups = new Map<string, number[]>();
  categories.forEach((category, question) => {
    const members = groups.get(category);
    if (members) members.push(question);
    else groups.set(category, [question]);
  });
  return random.shuffle([...groups.values()]).map((members) => random.shuffle(members));
}

/**
 * Sizes of the parts of one category, each its quota rounded down or up, together `count`.
 * Rounds up where most is owed, and keeps `owed` up to date.
 */
function apportion(count: number, shares: readonly number[], owed: number[]): number[] {
  const quotas = shares.map((share) => share * count);
  const sizes = quotas.map((quota) => Math.floor(quota + ROUNDING));
  quotas.forEach((quota, part) => {
    owed[part] = (owed[part] as number) + quota - (sizes[part] as number);
  });
  const open = [0, 1, 2].filter((part) => (quotas[part] as number) - sizes[part]! > ROUNDING);
  open.sort((a, b) => (owed[b] as number) - (owed[a] as number));
  const left = count - sizes.reduce((sum, size) => sum + size, 0);
  for (const part of open.slice(0, left)) {
    sizes[part] = (sizes[part] as number) + 1;
    owed[part] = (owed[part] as number) - 1;
  }
  return sizes;
}

/** Gives each empty part that should have questions one from the largest part. */
function fillEmptyParts(
  assigned: Uint8Array,
  counts: number[],
  shares: readonly number[],
  random: Random,
): void {
  for (let part = 0; part < counts.length; part++) {
    if (counts[part] !== 0 || shares[part] === 0) continue;
    const largest = counts.indexOf(Math.max(...counts));
    const donors = Array.from(assigned.keys()).filter((index) => assigned[index] === largest);
    assigned[random.pick(donors)] = part;
    counts[part] = 1;
    counts[largest] = (counts[largest] as number) - 1;
  }
}
