import { EmbedLLMError } from '../errors.js';

/** Two-sided 95 % quantile of the standard normal distribution. */
const Z = 1.959964;

/** What an interval of a difference says: all above 0, around it, or all below it. */
export type Verdict = 'better' | 'no better' | 'worse';

/** How much more often one way to answer is right than another, on the same questions. */
export interface PairedDifference {
  /** Share of questions that the first has right, less that of the second; -1 to 1. */
  readonly mean: number;
  /** Bounds of a 95 % interval. */
  readonly lower: number;
  readonly upper: number;
  /** How many questions were compared, ≥ 1. */
  readonly questions: number;
  readonly verdict: Verdict;
}

/**
 * Compares two ways to answer by their outcomes on the same questions. The interval is the adjusted
 * Wald interval for paired proportions (Bonett and Price 2012): one question is added to each of
 * the two kinds on which they differ. It needs no seed, has a width where the two never differ, and
 * holds the truth in 94 % of simulations or more, from 20 questions on.
 *
 * @param first - 1 for right, 0 for wrong, `undefined` where this way cannot be judged; length Q.
 * @param second - The same of the other; questions that either lacks are left out.
 * @returns `undefined` where no question has both.
 * @throws EmbedLLMError `shape-mismatch` when lengths differ.
 */
export function pairedDifference(
  first: readonly (number | undefined)[],
  second: readonly (number | undefined)[],
): PairedDifference | undefined {
  if (first.length !== second.length) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `Outcomes on ${first.length} and ${second.length} questions cannot be paired.`,
    );
  }
  let [questions, gained, lost] = [0, 0, 0];
  first.forEach((outcome, question) => {
    const other = second[question];
    if (outcome === undefined || other === undefined) return;
    questions++;
    if (outcome > other) gained++;
    else if (outcome < other) lost++;
  });
  if (questions === 0) return undefined;
  const n = questions + 2;
  const centre = (gained - lost) / n;
  const half = Z * Math.sqrt(((gained + lost + 2) / n - centre ** 2) / n);
  const lower = Math.max(-1, centre - half);
  const upper = Math.min(1, centre + half);
  const verdict = lower > 0 ? 'better' : upper < 0 ? 'worse' : 'no better';
  return { mean: (gained - lost) / questions, lower, upper, questions, verdict };
}

/** The verdict in words: `no better than the single best`. */
export function describeVerdict(verdict: Verdict, other: string): string {
  return `${verdict} than ${other}`;
}
