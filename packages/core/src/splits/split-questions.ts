import { EmbedLLMError } from '../errors.js';
import { Random } from '../random/random.js';
import { stratifiedSizes } from './stratified-sizes.js';

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
  const totals = partSizes(
    categories.length,
    normalizedShares(options.fractions ?? { train: 0.8, val: 0.1, test: 0.1 }),
  );
  const groups = shuffledGroups(categories, random);
  const counts = groups.map((members) => members.length);
  const sizes = stratifiedSizes(counts, totals, random);
  const assigned = new Uint8Array(categories.length);
  groups.forEach((members, group) => {
    let next = 0;
    sizes[group]?.forEach((size, part) => {
      for (const end = next + size; next < end; next++) assigned[members[next] as number] = part;
    });
  });
  const part = (index: number): number[] =>
    Array.from(categories.keys()).filter((question) => assigned[question] === index);
  return { train: part(0), val: part(1), test: part(2) };
}

type Three = [number, number, number];

/** @throws EmbedLLMError `invalid-argument` when they are no fractions of a whole. */
function normalizedShares({ train, val, test }: SplitFractions): Three {
  const total = train + val + test;
  const within = [train, val, test].every((share) => share >= 0 && share <= 1);
  if (!within || Math.abs(total - 1) > TOLERANCE) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The fractions must each be from 0 to 1 and add up to 1, but train is ${train}, val ${val} and test ${test}.`,
    );
  }
  return [train / total, val / total, test / total];
}

/** Sizes by largest remainders; a part that would be empty takes one from the largest. */
function partSizes(count: number, shares: Three): Three {
  const wanted = shares.filter((share) => share > 0).length;
  if (count < wanted || count === 0) {
    throw new EmbedLLMError('invalid-data', `${count} questions cannot fill ${wanted} parts.`);
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
  const [train = 0, val = 0, test = 0] = sizes;
  return [train, val, test];
}

/** The questions of each category, in random order. */
function shuffledGroups(categories: readonly string[], random: Random): number[][] {
  const groups = new Map<string, number[]>();
  categories.forEach((category, question) => {
    const members = groups.get(category);
    if (members) members.push(question);
    else groups.set(category, [question]);
  });
  return [...groups.values()].map((members) => random.shuffle(members));
}
