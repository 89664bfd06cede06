import { describe, expect, it } from 'vitest';
import { shareInterval } from './share-interval.js';

describe('shareInterval', () => {
  it('has a width where all of few questions were right', () => {
    const { lower, upper } = shareInterval(1, 4);
    expect(lower).toBeCloseTo(0.5101, 4);
    expect(upper).toBeCloseTo(1, 10);
  });

  it('returns the Wilson interval for 8 of 10', () => {
    const { lower, upper } = shareInterval(0.8, 10);
    expect(lower).toBeCloseTo(0.4902, 4);
    expect(upper).toBeCloseTo(0.9433, 4);
  });
});
