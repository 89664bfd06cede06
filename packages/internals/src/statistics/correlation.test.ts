import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pearson, spearman } from './correlation.js';

describe('pearson', () => {
  it('agrees with a value worked out by hand', () => {
    // Deviations (-1, 0, 1) and (-2, 1, 1): 3 / sqrt(2 * 6).
    expect(pearson([1, 2, 3], [0, 3, 3])).toBeCloseTo(Math.sqrt(3) / 2, 12);
  });

  it('is 1 for any rising line and -1 for any falling one', () => {
    const values = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2 });
    const slope = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(values, slope, fc.integer({ min: -9, max: 9 }), (a, b, c) => {
        expect(
          pearson(
            a,
            a.map((value) => b * value + c),
          ),
        ).toBeCloseTo(1, 10);
        expect(
          pearson(
            a,
            a.map((value) => -b * value + c),
          ),
        ).toBeCloseTo(-1, 10);
      }),
    );
  });

  it('does not exist for constants or fewer than two values', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(pearson([1, 2, 3], [0.1, 0.1, 0.1])).toBeUndefined();
    // The rounded mean of 0.1 three times is not 0.1, so that the squares of deviations are not 0.
    expect(pearson(Float64Array.of(0.1, 0.1, 0.1), [0.7, 0.7, 0.7])).toBeUndefined();
    expect(pearson([1], [2])).toBeUndefined();
    expect(pearson([], [])).toBeUndefined();
  });
});

it('never leaves [-1, 1], although rounded sums do', () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, factor) => {
      const correlation = pearson(
        a,
        a.map((value) => factor * value),
      );
      expect(Math.abs(correlation ?? 0)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2000 },
  );
});

describe('spearman', () => {
  it('sees only the order', () => {
    const values = fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { minLength: 2 });
    fc.assert(
      fc.property(values, (a) => {
        expect(
          spearman(
            a,
            a.map((value) => Math.exp(value)),
          ),
        ).toBeCloseTo(1, 10);
      }),
    );
  });

  it('gives equal values their mean rank', () => {
    // Ranks (0, 1.5, 1.5, 3) and (0, 1, 2, 3): 4.5 / sqrt(4.5 * 5).
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  });
});
