import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperatingPoint } from './curve.js';
import { costSaving, paretoDistance, performanceGain } from './single-model-gain.js';

const point = (costUsd: number, quality: number): OperatingPoint => ({ costUsd, quality });
const best = point(10, 0.8);

describe('performanceGain', () => {
  it('compares the best setting with the single best model', () => {
    expect(performanceGain([point(1, 0.6), point(9, 0.88), point(12, 0.84)], best)).toBeCloseTo(
      0.1,
      12,
    );
    expect(performanceGain([point(1, 0.6)], best)).toBeCloseTo(-0.25, 12);
  });

  it('refuses an empty list of settings, invalid points, and a model that is never right', () => {
    expect(() => performanceGain([], best)).toThrow(/no points/);
    expect(() => performanceGain([point(1, Number.NaN)], best)).toThrow(/index 0/);
    expect(() => performanceGain([point(1, 0.5)], point(1, 0))).toThrow(/above 0 but is 0/);
  });
});

describe('costSaving', () => {
  it('uses the cheapest setting that is as good as the single best model', () => {
    const settings = [point(1, 0.6), point(4, 0.8), point(9, 0.88)];
    expect(costSaving(settings, best)).toBeCloseTo(0.6, 12);
    expect(costSaving([point(12, 0.9)], best)).toBeCloseTo(-0.2, 12);
  });

  it('is unknown where no setting is as good, or the model is free', () => {
    expect(costSaving([point(1, 0.79)], best)).toBeUndefined();
    expect(costSaving([point(0, 0.8)], point(0, 0.8))).toBeUndefined();
  });
});

describe('paretoDistance', () => {
  it('measures from the front of all points, both axes scaled by their range', () => {
    // Costs 0 to 10, qualities 0 to 1; the point (10, 0.5) is 0.5 below (10, 1).
    const others = [point(0, 0), point(10, 1)];
    expect(paretoDistance([point(10, 0.5)], others)).toBeCloseTo(0.5, 12);
    expect(paretoDistance([point(10, 0.5), point(10, 1)], others)).toBeCloseTo(0.25, 12);
    expect(paretoDistance([point(3, 0.4)], [])).toBe(0);
  });

  it('is 0 exactly for points that nothing beats, whatever the units', () => {
    const points = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(points, points, (own, other) => {
        const [mine, others] = [own, other].map((list) => list.map(([c, q]) => point(c, q)));
        const all = [...mine!, ...others!];
        const isBeaten = (a: OperatingPoint) =>
          all.some(
            (b) =>
              b.costUsd <= a.costUsd &&
              b.quality >= a.quality &&
              (b.costUsd < a.costUsd || b.quality > a.quality),
          );
        const distance = paretoDistance(mine!, others!);
        expect(distance === 0).toBe(!mine!.some(isBeaten));
        const scaled = (list: readonly OperatingPoint[]) =>
          list.map(({ costUsd, quality }) => point(7 * costUsd, quality / 9));
        expect(paretoDistance(scaled(mine!), scaled(others!))).toBeCloseTo(distance, 9);
      }),
    );
  });
});
