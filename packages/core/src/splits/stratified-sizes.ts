import type { Random } from '../random/random.js';

/**
 * How many members of each category go to each of three parts.
 *
 * The quota of a part in a category is `counts[category] * totals[part] / N`. Each size is that
 * quota rounded down or up at random, such that both the categories and the parts add up exactly
 * and the expected size is the quota (unbiased controlled rounding; Cox, JASA 1987). So every
 * member has the same chance to come into a part, however small its category.
 *
 * All sums are of integers and exact for N below 94 million. O(C) steps for C categories.
 *
 * @param counts - Members of each category; N ≥ 1 together.
 * @param totals - Members of each of the three parts; N together.
 * @returns one row of three sizes for each category.
 */
export function stratifiedSizes(
  counts: readonly number[],
  totals: readonly [number, number, number],
  random: Random,
): number[][] {
  const whole = totals[0] + totals[1] + totals[2];
  return roundSizes(
    counts.map((count) => totals.map((total) => total * count)),
    whole,
    random,
  );
}

/**
 * Rounds each value down or up at random to a multiple of `whole`, such that rows and columns keep
 * their sums and the expected value stays; see `stratifiedSizes`.
 *
 * @param products - Integers of at least 0 in rows of three, in units of 1 / `whole`; each row and
 * each column adds up to a multiple of `whole`.
 * @returns the multiples, in rows of three.
 */
export function roundSizes(
  products: readonly (readonly number[])[],
  whole: number,
  random: Random,
): number[][] {
  // In units of 1 / N: what a quota has beyond an integer. Between 0 and `whole` it is open.
  const remainders = products.map((row) => row.map((product) => product % whole));
  let open: number[][] = [];
  for (const row of remainders) {
    open.push(row);
    for (let cycle = findCycle(open, whole); cycle; cycle = findCycle(open, whole)) {
      shift(cycle, whole, random);
    }
    open = open.filter((candidate) => candidate.some((value) => isOpen(value, whole)));
  }
  return products.map((row, category) =>
    row.map((product, part) => {
      const roundedUp = remainders[category]?.[part] === whole;
      return Math.floor(product / whole) + (roundedUp ? 1 : 0);
    }),
  );
}

/** One category on a cycle: a part that can gain and one that loses as much. */
interface Exchange {
  readonly row: number[];
  readonly gain: number;
  readonly loss: number;
}

const PAIRS = [
  [0, 1],
  [1, 2],
  [2, 0],
] as const;

function isOpen(value: number | undefined, whole: number): boolean {
  return value !== undefined && value > 0 && value < whole;
}

/**
 * Categories that can exchange among each other without changing any sum: two that are open in the
 * same two parts, or three that are each open in another two. While rows or columns are open there
 * is always one or the other, because both add up to integers.
 */
function findCycle(open: readonly number[][], whole: number): Exchange[] | undefined {
  const openIn = (a: number, b: number): number[][] =>
    open.filter((row) => isOpen(row[a], whole) && isOpen(row[b], whole));
  const triangle: Exchange[] = [];
  for (const [a, b] of PAIRS) {
    const [first, second] = openIn(a, b);
    if (first && second) {
      return [
        { row: first, gain: a, loss: b },
        { row: second, gain: b, loss: a },
      ];
    }
    if (first) triangle.push({ row: first, gain: a, loss: b });
  }
  const rows = new Set(triangle.map(({ row }) => row));
  return rows.size === PAIRS.length ? triangle : undefined;
}

/**
 * Moves as much as possible one way or the other around a cycle, which closes at least one value.
 * The odds make the expected change zero.
 */
function shift(cycle: readonly Exchange[], whole: number, random: Random): void {
  let forth = whole;
  let back = whole;
  for (const { row, gain, loss } of cycle) {
    const gaining = row[gain]!;
    const losing = row[loss]!;
    forth = Math.min(forth, whole - gaining, losing);
    back = Math.min(back, gaining, whole - losing);
  }
  const amount = random.integer(forth + back) < back ? forth : -back;
  for (const { row, gain, loss } of cycle) {
    row[gain] = row[gain]! + amount;
    row[loss] = row[loss]! - amount;
  }
}
