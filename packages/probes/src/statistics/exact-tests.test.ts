import { EmbedLLMError, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialTail,
  fisherExactGreater,
  mcnemarExact,
  poissonBinomialTail,
} from './exact-tests.js';
import { excessOfSmallPValues } from './uniformity.fixture.js';

/** All 2^n outcomes, one by one. */
function enumeratedTail(probabilities: readonly number[], successes: number): number {
  let tail = 0;
  for (let outcome = 0; outcome < 2 ** probabilities.length; outcome++) {
    let chance = 1;
    let count = 0;
    probabilities.forEach((p, i) => {
      const success = (outcome >> i) & 1;
      count += success;
      chance *= success ? p : 1 - p;
    });
    if (count >= successes) tail += chance;
  }
  return tail;
}

describe('exact tests', () => {
  it('agree with enumeration of every outcome', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 9 }), fc.nat(9), (ps, k) => {
        const successes = Math.min(k, ps.length);
        expect(poissonBinomialTail(ps, successes)).toBeCloseTo(enumeratedTail(ps, successes), 10);
        const [p] = ps as [number];
        const same = ps.map(() => p);
        expect(binomialTail(successes, ps.length, p)).toBeCloseTo(
          enumeratedTail(same, successes),
          10,
        );
      }),
    );
  });

  it('follows long sums through a moving window', () => {
    const ps = Array.from({ length: 3000 }, (_, i) => (i < 1500 ? 0.02 : 0.9));
    const reversed = [...ps].reverse();
    for (const successes of [1330, 1380, 1420]) {
      const tail = poissonBinomialTail(ps, successes);
      expect(tail).toBeCloseTo(poissonBinomialTail(reversed, successes), 12);
    }
    expect(poissonBinomialTail(new Array(3000).fill(0.5), 1560)).toBeCloseTo(
      binomialTail(1560, 3000, 0.5),
      12,
    );
    expect(poissonBinomialTail(ps, 3000)).toBeLessThan(1e-19);
    expect(poissonBinomialTail(ps, 10)).toBe(1);
  });

  it('gives the lady tasting tea her p-value', () => {
    // Fisher, The Design of Experiments, 1935: all eight cups right, and six of eight.
    expect(fisherExactGreater(4, 4, 0, 4)).toBeCloseTo(1 / 70, 12);
    expect(fisherExactGreater(3, 4, 1, 4)).toBeCloseTo(17 / 70, 12);
  });

  it('doubles the smaller tail for two sides', () => {
    expect(mcnemarExact(0, 5)).toBeCloseTo(2 / 32, 12);
    expect(mcnemarExact(3, 3)).toBe(1);
    expect(mcnemarExact(0, 0)).toBe(1);
  });

  it('gives no more small p-values than it may under the null', () => {
    const random = new Random(4);
    const count = (n: number, p: number): number =>
      Array.from({ length: n }).filter(() => random.uniform() < p).length;
    const binomial: number[] = [];
    const fisher: number[] = [];
    const mcnemar: number[] = [];
    const poisson: number[] = [];
    const ps = Array.from({ length: 60 }, () => random.uniform());
    for (let run = 0; run < 4000; run++) {
      binomial.push(binomialTail(count(40, 0.1), 40, 0.1));
      fisher.push(fisherExactGreater(count(50, 0.15), 50, count(80, 0.15), 80));
      const first = count(30, 0.5);
      mcnemar.push(mcnemarExact(first, 30 - first));
      poisson.push(poissonBinomialTail(ps, ps.filter((p) => random.uniform() < p).length));
    }
    for (const pValues of [binomial, fisher, mcnemar, poisson]) {
      expect(excessOfSmallPValues(pValues)).toBeLessThan(1.86);
      // And they are not useless.
      expect(pValues.filter((p) => p <= 0.1).length).toBeGreaterThan(100);
    }
  });

  it.each([
    ['more successes than trials', () => binomialTail(3, 2, 0.5)],
    ['halves', () => fisherExactGreater(0.5, 1, 0, 1)],
    ['a probability of 2', () => binomialTail(1, 2, 2)],
    ['NaN', () => binomialTail(Number.NaN, 2, 0.5)],
  ])('refuses %s', (_, work) => {
    expect(work).toThrow(EmbedLLMError);
  });
});
