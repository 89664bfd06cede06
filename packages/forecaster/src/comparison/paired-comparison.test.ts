import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { PairedComparison } from './paired-comparison.js';

describe('PairedComparison', () => {
  it('is seldom misled by equal models, even when one stops at the best moment', () => {
    const random = new Random(21);
    const runs = 100;
    let misled = 0;
    let outside = 0;
    for (let run = 0; run < runs; run++) {
      const comparison = new PairedComparison({ confidence: 0.9 });
      let everOutside = false;
      for (let question = 0; question < 120; question++) {
        // Equally accurate, and alike: both are right more often on easy questions.
        const p = random.uniform();
        const { lower, upper } = comparison.add(random.uniform() < p, random.uniform() < p);
        if (lower > 0 || upper < 0) everOutside = true;
      }
      if (comparison.state.better !== undefined) misled++;
      if (everOutside) outside++;
    }
    // At most 10%, and 2.5 standard errors of the simulation.
    const most = runs * 0.1 + 2.5 * Math.sqrt(runs * 0.1 * 0.9);
    expect(misled).toBeLessThan(most);
    expect(outside).toBeLessThan(most);
    // A test that never decides would pass as well.
    expect(misled).toBeGreaterThan(runs * 0.005);
  });

  it('keeps the true difference inside at all times', () => {
    const random = new Random(22);
    const runs = 80;
    let left = 0;
    for (let run = 0; run < runs; run++) {
      const comparison = new PairedComparison({ confidence: 0.9 });
      let ever = false;
      for (let question = 0; question < 200; question++) {
        const { lower, upper } = comparison.add(random.uniform() < 0.8, random.uniform() < 0.6);
        if (lower > 0.2 || upper < 0.2) ever = true;
      }
      if (ever) left++;
    }
    expect(left / runs).toBeLessThan(0.15);
  });

  it('finds the better of two models, and how much better it is', () => {
    const random = new Random(23);
    const comparison = new PairedComparison();
    for (let question = 0; question < 800; question++) {
      comparison.add(random.uniform() < 0.8, random.uniform() < 0.6);
    }
    const { better, lower, upper, pValue, difference } = comparison.state;
    expect(better).toBe('first');
    expect(pValue).toBeLessThan(1e-6);
    expect(difference).toBeCloseTo(0.2, 1);
    expect(lower).toBeGreaterThan(0.08);
    expect(upper).toBeLessThan(0.36);
  });

  it('gives the e-value worked out by hand', () => {
    const comparison = new PairedComparison();
    comparison.add(true, false);
    comparison.add(true, true);
    comparison.add(true, false);
    // 2² / (3 binomial(2, 0))
    expect(comparison.state.eValue).toBeCloseTo(4 / 3, 12);
    expect(comparison.add(false, true).eValue).toBeCloseTo(8 / (4 * 3), 12);
    expect(comparison.state).toMatchObject({ questions: 4, firstOnly: 2, secondOnly: 1 });
    expect(comparison.state.pValue).toBeCloseTo(3 / 4, 12);
  });

  it('starts with nothing known, and refuses a confidence in percent', () => {
    expect(new PairedComparison().state).toEqual({
      questions: 0,
      firstOnly: 0,
      secondOnly: 0,
      difference: 0,
      lower: -1,
      upper: 1,
      eValue: 1,
      pValue: 1,
      better: undefined,
    });
    expect(() => new PairedComparison({ confidence: 95 })).toThrow(/0.95 for 95%/);
  });
});
