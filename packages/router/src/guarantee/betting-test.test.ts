import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { isMeanBelowZero } from './betting-test.js';

const share = (mean: number, repeats: number): number => {
  const random = new Random(1);
  // -0.9 or 0.9 with the given mean.
  const up = (mean / 0.9 + 1) / 2;
  let shown = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const values = Array.from({ length: 300 }, () => (random.uniform() < up ? 0.9 : -0.9));
    if (isMeanBelowZero(values, -1, 0.95, 0.1)) shown++;
  }
  return shown / repeats;
};

describe('isMeanBelowZero', () => {
  it('is wrong at most as often as its level says', () => {
    // Four standard errors of 0.1 from 2,000 repeats are 0.027.
    expect(share(0, 2000)).toBeLessThan(0.127);
    expect(share(0.1, 2000)).toBeLessThan(0.02);
  });

  it('sees a mean that lies clearly below', () => {
    expect(share(-0.2, 300)).toBeGreaterThan(0.8);
  });
});
