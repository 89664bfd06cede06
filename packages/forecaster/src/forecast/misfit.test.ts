import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { fitMisfit, misfitShares, shrinkMisfit } from './misfit.js';

describe('misfits', () => {
  const draw = (deviation: number, seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 60 }, () =>
      Array.from({ length: 3 }, () => ({
        difference: random.normal() * Math.sqrt(0.01 ** 2 + deviation ** 2),
        variance: 0.01 ** 2,
      })),
    );
  };

  it('finds how large they are in a pool', () => {
    const rms = ({ deviations, shares }: ReturnType<typeof fitMisfit>) =>
      Math.sqrt(deviations.reduce((sum, d, i) => sum + shares[i]! * d * d, 0));
    expect(rms(fitMisfit(draw(0.08, 1)))).toBeCloseTo(0.08, 2);
    expect(rms(fitMisfit(draw(0, 2)))).toBeLessThan(0.03);
  });

  it('keeps sharply measured misfits and drops what is noise', () => {
    const { deviations, shares } = fitMisfit([]);
    const sharp = { difference: 0.1, variance: 1e-6 };
    const vague = { difference: 0.1, variance: 0.04 };
    const kept = shrinkMisfit(sharp, deviations, misfitShares([sharp], { deviations, shares }));
    const dropped = shrinkMisfit(vague, deviations, misfitShares([vague], { deviations, shares }));
    expect(kept.correction).toBeCloseTo(0.1, 3);
    expect(kept.variance).toBeLessThan(1e-5);
    expect(dropped.correction).toBeLessThan(0.02);
  });
});
