import { EmbedLLMError } from '@embedllm/core';
import { assertPoints, type OperatingPoint, paretoFront } from './curve.js';

/**
 * PerfGain of LLMRouterBench (Li et al., arXiv 2601.07206): how much better than the single best
 * model a router gets at any of its settings, relative to that model's quality. 0.02 is 2% better;
 * negative where no setting reaches it.
 *
 * @param points - Of the router, at several settings.
 * @param best - The single best model, chosen on training questions.
 * @throws EmbedLLMError `invalid-argument` without points or where `best` has no quality above 0,
 * `not-finite` on a point that is not a point.
 */
export function performanceGain(points: readonly OperatingPoint[], best: OperatingPoint): number {
  assertSettings(points, best);
  if (!(best.quality > 0)) {
    throw new EmbedLLMError(
      `The gain is relative to the quality of the single best model, which must be above 0 but is ${best.quality}.`,
      { code: 'invalid-argument' },
    );
  }
  return Math.max(...points.map(({ quality }) => quality)) / best.quality - 1;
}

/**
 * CostSave of LLMRouterBench (Li et al., arXiv 2601.07206): the share of the single best model's
 * cost that the cheapest setting saves among those that are at least as good as that model.
 *
 * @param points - Of the router, at several settings.
 * @param best - The single best model, chosen on training questions.
 * @returns at most 1; negative where all settings as good as the model cost more; `undefined` where
 * no setting is as good, or the model costs nothing.
 * @throws EmbedLLMError `invalid-argument` without points, `not-finite` on a point that is not a point.
 */
export function costSaving(
  points: readonly OperatingPoint[],
  best: OperatingPoint,
): number | undefined {
  assertSettings(points, best);
  const asGood = points.filter(({ quality }) => quality >= best.quality);
  if (asGood.length === 0 || !(best.costUsd > 0)) return undefined;
  return 1 - Math.min(...asGood.map(({ costUsd }) => costUsd)) / best.costUsd;
}

/**
 * ParetoDist of LLMRouterBench (Li et al., arXiv 2601.07206), the average distance to the Pareto
 * front: the mean, over the points of a router, of the Euclidean distance to the nearest point of
 * the front of these and all other points. Costs and qualities are both scaled to 0 to 1 by their
 * range over all of the points; the source leaves the scale open. 0 where nothing beats the router.
 *
 * @param points - Of the router, at several settings.
 * @param others - What it is compared with, such as single models or other routers.
 * @throws EmbedLLMError `invalid-argument` without points, `not-finite` on a point that is not a point.
 */
export function paretoDistance(
  points: readonly OperatingPoint[],
  others: readonly OperatingPoint[],
): number {
  assertSettings(points);
  const all = [...points, ...others];
  const front = paretoFront(all);
  const costRange = rangeOf(all.map(({ costUsd }) => costUsd));
  const qualityRange = rangeOf(all.map(({ quality }) => quality));
  let sum = 0;
  for (const { costUsd, quality } of points) {
    const distances = front.map((other) =>
      Math.hypot((costUsd - other.costUsd) / costRange, (quality - other.quality) / qualityRange),
    );
    sum += Math.min(...distances);
  }
  return sum / points.length;
}

/** 1 where all values are one: no distance in them then. */
function rangeOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values) || 1;
}

function assertSettings(points: readonly OperatingPoint[], best?: OperatingPoint): void {
  if (points.length === 0) {
    throw new EmbedLLMError('The router has no points to compare.', {
      code: 'invalid-argument',
    });
  }
  assertPoints(best ? [...points, best] : points);
}
