import { describe, expect, it } from 'vitest';
import { ResponseCurves } from './response-curves.js';

const items = {
  count: 2,
  dimensions: 1,
  means: Float64Array.of(9, 9, -1, 2),
  covariances: Float64Array.of(0, 0, 0, 0, 0.5, 0.1, 0.1, 0.3),
};
const curves = new ResponseCurves(items, Int32Array.of(1));

describe('ResponseCurves', () => {
  it('flatten a curve by the uncertainty of its question, the more the further away', () => {
    const kappa = (x: number) => {
      curves.moveTo(Float64Array.of(x, 0), 0);
      return curves.logit(0) / (-1 + 2 * x);
    };
    for (const x of [-3, 0, 1, 4]) {
      const variance = 0.5 + 2 * 0.1 * x + 0.3 * x * x;
      expect(kappa(x)).toBeCloseTo(1 / Math.sqrt(1 + (Math.PI / 8) * variance), 12);
    }
    expect(kappa(4)).toBeLessThan(kappa(1));
  });

  it('rise with the level by the same at every question', () => {
    const slopes = new Float64Array(2);
    curves.moveTo(Float64Array.of(2, 0), 0);
    const before = curves.logit(0);
    curves.slopes(0, slopes);
    curves.moveTo(Float64Array.of(2, 1), 0);
    expect(curves.logit(0) - before).toBeCloseTo(slopes[1]!, 12);
  });
});
