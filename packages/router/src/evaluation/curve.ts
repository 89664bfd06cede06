import { EmbedLLMError } from '@embedllm/core';

/** What a router or a model costs and achieves on a set of questions. */
export interface OperatingPoint {
  /** Mean cost of a question in US dollars, from 0. */
  readonly costUsd: number;
  /** Mean quality, such as the share of correct answers. */
  readonly quality: number;
  /** What it is: a model's name, a threshold. */
  readonly label?: string | undefined;
}

/**
 * The points that no other beats in both cost and quality, by ascending cost.
 *
 * @throws EmbedLLMError `not-finite` on a point that is not a point.
 */
export function paretoFront<P extends OperatingPoint>(points: readonly P[]): P[] {
  assertPoints(points);
  const front: P[] = [];
  for (const point of byCost(points)) {
    const last = front.at(-1);
    if (last === undefined || point.quality > last.quality) front.push(point);
  }
  return front;
}

/**
 * The least concave curve that rises through or above all points: what mixing them at random
 * achieves, cheapest point first (RouterBench's non-decreasing convex hull, Hu et al.,
 * arXiv 2403.12031; of single models it is their zero router).
 *
 * @throws EmbedLLMError `not-finite` on a point that is not a point.
 */
export function upperHull<P extends OperatingPoint>(points: readonly P[]): P[] {
  const hull: P[] = [];
  for (const point of paretoFront(points)) {
    for (let b = hull.at(-1), a = hull.at(-2); a && b; b = hull.at(-1), a = hull.at(-2)) {
      const slope = (b.quality - a.quality) * (point.costUsd - a.costUsd);
      if (slope > (point.quality - a.quality) * (b.costUsd - a.costUsd)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/**
 * The quality of a curve at a cost, linear between its points: a mixture of two neighbours. Above
 * its dearest point that point's quality, since money may be left; below its cheapest NaN.
 *
 * @param curve - By ascending cost, as `upperHull` and `paretoFront` give it.
 */
export function qualityAt(curve: readonly OperatingPoint[], costUsd: number): number {
  const next = curve.findIndex((point) => point.costUsd >= costUsd);
  if (next < 0) return curve.at(-1)?.quality ?? Number.NaN;
  const right = curve[next] as OperatingPoint;
  if (right.costUsd === costUsd) return right.quality;
  const left = curve[next - 1];
  if (!left) return Number.NaN;
  const share = (costUsd - left.costUsd) / (right.costUsd - left.costUsd);
  return left.quality + share * (right.quality - left.quality);
}

/**
 * The mean quality of a curve between two costs, exactly, by trapezoids.
 *
 * @throws EmbedLLMError `invalid-argument` when the range is empty or begins below the curve.
 */
export function meanQuality(curve: readonly OperatingPoint[], from: number, to: number): number {
  const first = curve[0];
  if (!(to > from) || !first || from < first.costUsd) {
    throw new EmbedLLMError(
      `The range of costs, ${from} to ${to}, must ascend and start at or above the cheapest point of the curve, ${first?.costUsd}.`,
      { code: 'invalid-argument' },
    );
  }
  const inside = curve.map(({ costUsd }) => costUsd).filter((cost) => cost > from && cost < to);
  const costs = [from, ...inside, to];
  let area = 0;
  for (let index = 1; index < costs.length; index++) {
    const [left, right] = [costs[index - 1]!, costs[index]!];
    area += ((right - left) * (qualityAt(curve, left) + qualityAt(curve, right))) / 2;
  }
  return area / (to - from);
}

/**
 * AIQ, the average improvement in quality of RouterBench (Hu et al., arXiv 2403.12031): the mean
 * quality of a router's non-decreasing convex hull over a range of costs.
 *
 * @param points - Of the router, at several settings.
 * @param range - Lowest and highest cost in US dollars. @default those of the hull
 * @throws EmbedLLMError `invalid-argument` when the range is empty or begins below the hull.
 */
export function averageImprovementInQuality(
  points: readonly OperatingPoint[],
  range?: readonly [from: number, to: number],
): number {
  const hull = upperHull(points);
  const [from, to] = range ?? [hull[0]?.costUsd ?? 0, hull.at(-1)?.costUsd ?? 0];
  return meanQuality(hull, from, to);
}

function byCost<P extends OperatingPoint>(points: readonly P[]): P[] {
  return [...points].sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality);
}

export function assertPoints(points: readonly OperatingPoint[]): void {
  points.forEach(({ costUsd, quality }, index) => {
    if (!Number.isFinite(costUsd) || !Number.isFinite(quality)) {
      throw new EmbedLLMError(
        `The point at index ${index} has a cost of ${costUsd} and a quality of ${quality}.`,
        { code: 'not-finite' },
      );
    }
  });
}
