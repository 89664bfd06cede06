import { meanEstimate } from '../../src/evaluation/index.js';

/** What a policy costs and achieves in some sessions. */
export interface SessionOutcome {
  /** Dollars of a session, and the share of questions solved. */
  readonly costUsd: number;
  readonly quality: number;
  /** Question by question, in the order in which they came up: whether it was solved, and its dollars. */
  readonly solved: readonly number[];
  readonly usd: readonly number[];
}

/** By how much a point of another policy solves more than ours at its cost. */
export interface FrontierGap {
  readonly point: SessionOutcome;
  /** What ours solves at its cost. */
  readonly quality: number;
  /** One value for each different question, whose mean is the gap. */
  readonly values: Float64Array;
}

/** How another policy's points compare with ours. */
export interface FrontierComparison {
  /** Our cost at the same success as a share of theirs, where we reach it. */
  readonly ratios: readonly number[];
  readonly gaps: readonly FrontierGap[];
}

/**
 * Compares points of another policy with the frontier of ours, both on the same sessions.
 *
 * A mixture of two neighbours on our frontier costs as much as the point; what it solves less is the gap. Costs are
 * as random as successes are, so that a question's value has both: to first order, dollars that ours costs more are
 * as good as the success that they buy along the frontier. A question that comes up in several sessions is one
 * observation.
 *
 * @param questions - Which question came up, in the order of the outcomes.
 */
export function compareFrontiers(
  own: readonly SessionOutcome[],
  others: readonly SessionOutcome[],
  questions: readonly number[],
): FrontierComparison {
  const frontier = [...own].sort((a, b) => a.costUsd - b.costUsd);
  const ratios = others.flatMap((point) => {
    const costUsd = costAt(frontier, point.quality);
    return costUsd === undefined ? [] : [costUsd / point.costUsd];
  });
  return { ratios, gaps: others.map((point) => gapOf(frontier, point, questions)) };
}

/** Whether a gap is there for sure, at a level for all `points` together (Bonferroni). */
export function isBeyondChance({ values }: FrontierGap, points: number, level = 0.05): boolean {
  return meanEstimate(values, 1 - (2 * level) / points).lower > 0;
}

function gapOf(
  frontier: readonly SessionOutcome[],
  point: SessionOutcome,
  questions: readonly number[],
): FrontierGap {
  const next = frontier.findIndex((one) => one.costUsd >= point.costUsd);
  const high = frontier[next] ?? (frontier.at(-1) as SessionOutcome);
  const low = frontier[next - 1] ?? high;
  const width = high.costUsd - low.costUsd;
  // Below our cheapest point ours costs more, and above our dearest less: money is left out there.
  const isBetween = next > 0 && width > 0;
  const share = isBetween ? (point.costUsd - low.costUsd) / width : 1;
  const sessions = point.costUsd > 0 ? sum(point.usd) / point.costUsd : 1;
  const perUsd = isBetween ? (high.quality - low.quality) / width : 0;
  const mix = (of: 'solved' | 'usd', at: number): number =>
    (1 - share) * (low[of][at] ?? 0) + share * (high[of][at] ?? 0);
  const byQuestion = new Map<number, number[]>();
  questions.forEach((question, at) => {
    const gap = (point.solved[at] ?? 0) - mix('solved', at);
    const dearer = (questions.length / sessions) * ((point.usd[at] ?? 0) - mix('usd', at));
    byQuestion.set(question, [...(byQuestion.get(question) ?? []), gap - perUsd * dearer]);
  });
  return {
    point,
    quality: (1 - share) * low.quality + share * high.quality,
    values: Float64Array.from(byQuestion.values(), (values) => sum(values) / values.length),
  };
}

/** What a frontier costs that solves as much; `undefined` above it. */
function costAt(frontier: readonly SessionOutcome[], quality: number): number | undefined {
  const next = frontier.findIndex((one) => one.quality >= quality);
  const [low, high] = [frontier[next - 1], frontier[next]];
  if (!high) return undefined;
  if (!low) return high.costUsd;
  const share = (quality - low.quality) / (high.quality - low.quality);
  return (1 - share) * low.costUsd + share * high.costUsd;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
