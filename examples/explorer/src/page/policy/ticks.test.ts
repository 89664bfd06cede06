import { describe, expect, it } from 'vitest';
import { logTicks, shareTicks } from './ticks.js';

describe('logTicks', () => {
  it('takes 1, 2 and 5 where there is room, and fewer where there is not', () => {
    expect(logTicks(0.009, 0.3, 10)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2]);
    expect(logTicks(0.009, 0.35, 4)).toEqual([0.01, 0.03, 0.1, 0.3]);
    expect(logTicks(0.009, 0.3, 2)).toEqual([0.01, 0.1]);
  });
});

describe('shareTicks', () => {
  it('stays within the range, in steps that fit it', () => {
    expect(shareTicks(0.31, 0.92).map((share) => share.toFixed(1))).toEqual(
      '0.4 0.5 0.6 0.7 0.8 0.9'.split(' '),
    );
    expect(shareTicks(0.7, 0.84).map((share) => share.toFixed(2))).toEqual([
      '0.70',
      '0.75',
      '0.80',
    ]);
  });
});
