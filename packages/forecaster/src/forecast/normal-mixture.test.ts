import { describe, expect, it } from 'vitest';
import { mixtureMoments, mixtureQuantile, normalBelow } from './normal-mixture.js';

describe('normal mixtures', () => {
  it('know the tabulated normal distribution', () => {
    expect(normalBelow(0)).toBeCloseTo(0.5, 6);
    expect(normalBelow(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalBelow(-3)).toBeCloseTo(0.0013499, 6);
  });

  it('have quantiles that halve two far components', () => {
    const mixture = {
      means: Float64Array.of(0, 100),
      variances: Float64Array.of(1, 1),
      weights: Float64Array.of(0.4, 0.6),
    };
    expect(mixtureQuantile(mixture, 0.2)).toBeCloseTo(0, 4);
    expect(mixtureQuantile(mixture, 0.7)).toBeCloseTo(100, 4);
    expect(mixtureMoments(mixture)).toEqual({
      mean: 60,
      variance: 1 + 0.4 * 60 ** 2 + 0.6 * 40 ** 2,
    });
  });

  it('allow for components without spread', () => {
    const point = {
      means: Float64Array.of(0.25),
      variances: Float64Array.of(0),
      weights: Float64Array.of(1),
    };
    expect(mixtureQuantile(point, 0.025)).toBeCloseTo(0.25, 9);
  });
});
