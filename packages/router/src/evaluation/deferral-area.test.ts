import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperatingPoint } from './curve.js';
import { deferralArea } from './deferral-area.js';

const point = (costUsd: number, quality: number): OperatingPoint => ({ costUsd, quality });
const models = [point(1, 0.5), point(3, 0.7)];

describe('deferralArea', () => {
  it('is the mean quality between the cheapest and the dearest model', () => {
    expect(deferralArea(models, models)).toBeCloseTo(0.6, 12);
    // Up to a cost of 2 from 0.5 to 0.8, then 0.8.
    expect(deferralArea([point(2, 0.8)], models)).toBeCloseTo((0.65 + 0.8) / 2, 12);
  });

  it('forgets settings that others beat, and rises with quality', () => {
    const setting = fc.tuple(
      fc.double({ min: 1, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 0.8, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(setting, { minLength: 1, maxLength: 6 }), (settings) => {
        const points = settings.map(([cost, quality]) => point(cost, quality));
        const area = deferralArea(points, models);
        expect(deferralArea([...points, point(2.9, 0)], models)).toBeCloseTo(area, 9);
        const better = points.map(({ costUsd, quality }) => point(costUsd, quality + 0.1));
        expect(deferralArea(better, models)).toBeGreaterThan(area - 1e-9);
      }),
    );
  });

  it('refuses no points, models of one cost, and points that are none', () => {
    expect(() => deferralArea([], models)).toThrow(/0 points/);
    expect(() => deferralArea(models, [point(1, 0.5)])).toThrow(/costs range from 1 to 1/);
    expect(() => deferralArea([point(1, Number.NaN)], models)).toThrow(/index 0/);
  });
});
