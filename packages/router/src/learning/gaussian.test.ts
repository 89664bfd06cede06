import { describe, expect, it } from 'vitest';
import { dot } from '../scoring/dot.js';
import { times, widen } from './gaussian.js';

const prior = {
  mean: Float64Array.of(1, 2, 3),
  covariance: Float64Array.of(2, 0.5, 0, 0.5, 1, 0, 0, 0, 0),
};

describe('widen', () => {
  it('multiplies the covariance and keeps the mean', () => {
    const wide = widen(prior, [0, 2, 0], { priorWidth: 3, abilityVariance: 0 });
    expect(wide.mean).toEqual(prior.mean);
    expect(wide.covariance).toEqual(prior.covariance.map((value) => 3 * value));
  });

  it('adds the variance to every logit, whatever makes the constant', () => {
    for (const constants of [
      [0, 2, 0],
      [0, 1, 3],
    ]) {
      const { covariance } = widen(prior, constants, { priorWidth: 1, abilityVariance: 4 });
      // A question whose other feature is 0.7.
      const feature = [0.7, constants[1] ?? 0, constants[2] ?? 0];
      const variance = (of: Float64Array): number => dot(feature, times(of, feature));
      expect(variance(covariance) - variance(prior.covariance)).toBeCloseTo(4, 10);
    }
  });

  it('changes nothing where no feature is constant', () => {
    const wide = widen(prior, [0, 0, 0], { priorWidth: 1, abilityVariance: 4 });
    expect(wide.covariance).toEqual(prior.covariance);
  });
});
