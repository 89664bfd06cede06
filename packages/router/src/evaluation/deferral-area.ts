import { EmbedLLMError } from '@embedllm/core';
import { assertPoints, meanQuality, type OperatingPoint, paretoFront } from './curve.js';

/**
 * The area under the deferral curve of UniRoute (Jitkrittum et al., arXiv 2502.08773): the mean quality
 * of a router over all mean costs between those of the cheapest and the dearest model of its pool. With
 * models of which only k answers are known, it is their area at k observations. A router that sends
 * everything to the cheapest model is where its curve begins, so pools compare whatever settings
 * were swept.
 *
 * @param points - Of the router, at several settings, such as `sweepUtility` gives.
 * @param models - Each model of the pool alone, such as `singleModelPoints` gives; two or more costs.
 * @throws EmbedLLMError `invalid-argument` without points or where all models cost the same,
 * `not-finite` on a point that is not a point.
 */
export function deferralArea(
  points: readonly OperatingPoint[],
  models: readonly OperatingPoint[],
): number {
  assertPoints([...points, ...models]);
  const costs = models.map(({ costUsd }) => costUsd);
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  if (points.length === 0 || !(most > least)) {
    throw new EmbedLLMError(
      `The area needs points of the router and models with different costs, but there are ${points.length} points and costs range from ${least} to ${most}.`,
      { code: 'invalid-argument' },
    );
  }
  const cheapest = models.filter(({ costUsd }) => costUsd === least);
  return meanQuality(paretoFront([...cheapest, ...points]), least, most);
}
