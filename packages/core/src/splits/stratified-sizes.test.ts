import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { stratifiedSizes } from './stratified-sizes.js';

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Up to 60 categories, and three totals that add up to the same whole. */
const anyProblem = fc
  .array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 })
  .filter((counts) => sum(counts) > 0)
  .chain((counts) =>
    fc
      .tuple(fc.nat(sum(counts)), fc.nat(sum(counts)))
      .map(([a, b]): { counts: number[]; totals: [number, number, number] } => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        return { counts, totals: [low, high - low, sum(counts) - high] };
      }),
  );

describe('stratifiedSizes', () => {
  it('rounds each quota down or up, and keeps every sum', () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(), ({ counts, totals }, seed) => {
        const sizes = stratifiedSizes(counts, totals, new Random(seed));
        expect(sizes.map(sum)).toEqual(counts);
        expect(totals.map((_, part) => sum(sizes.map((row) => row[part]!)))).toEqual(totals);
        counts.forEach((count, category) => {
          sizes[category]!.forEach((size, part) => {
            const quota = count === 0 ? 0 : (totals[part]! * count) / sum(counts);
            expect([Math.floor(quota), Math.ceil(quota)]).toContain(size);
          });
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives on average what the quotas say', () => {
    const counts = [1, 1, 2, 3, 5, 1, 8];
    const totals: [number, number, number] = [14, 4, 3];
    const rounds = 4000;
    const sums = counts.map(() => [0, 0, 0]);
    const random = new Random(31);
    for (let round = 0; round < rounds; round++) {
      stratifiedSizes(counts, totals, random).forEach((row, category) => {
        row.forEach((size, part) => {
          sums[category]![part]! += size;
        });
      });
    }
    counts.forEach((count, category) => {
      totals.forEach((total, part) => {
        const quota = (total * count) / 21;
        // Four standard errors of a mean of values that are rounded down or up.
        expect(Math.abs(sums[category]![part]! / rounds - quota)).toBeLessThan(
          4 * Math.sqrt(0.25 / rounds),
        );
      });
    });
  });

  it('needs no chance where all quotas are integers', () => {
    expect(stratifiedSizes([10, 20], [24, 3, 3], new Random(0))).toEqual([
      [8, 1, 1],
      [16, 2, 2],
    ]);
  });

  it('copes with many categories of one member', () => {
    const sizes = stratifiedSizes(new Array(20_000).fill(1), [16_000, 2000, 2000], new Random(1));
    expect([0, 1, 2].map((part) => sum(sizes.map((row) => row[part]!)))).toEqual([
      16_000, 2000, 2000,
    ]);
  });
});
