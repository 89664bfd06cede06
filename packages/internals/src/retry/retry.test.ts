import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';
import { retryAfterMs } from './retry-after.js';
import { sleep } from './sleep.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), NOW);

describe('backoffMs', () => {
  it('is random below a bound that doubles up to the longest delay', () => {
    const backoff = { firstMs: 100, longestMs: 1000, random: () => 0.5 };
    const delays = [1, 2, 3, 4, 5, 6].map((retry) => backoffMs(retry, backoff));
    expect(delays).toEqual([50, 100, 200, 400, 500, 500]);
    expect(backoffMs(1, { ...backoff, jitter: 0.5 })).toBe(75);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (retry) => {
        const delay = backoffMs(retry, { firstMs: 100, longestMs: 1000, jitter: 0.5 });
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThan(1000);
      }),
    );
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['3', 3000],
    [' 0 ', 0],
    ['0.5', 500],
    ['1.5', 1500],
    ['20.5', 20_500],
    ['999999999999', 999_999_999_999_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['2026-01-01T00:00:05Z', 5000],
    ['Thu, 01 Jan 2025 00:00:05 GMT', 0],
  ])('reads seconds, their fractions and dates: %s', (header, expected) => {
    expect(read({ 'retry-after': header })).toBe(expected);
  });

  it.each(['', 'soon', '-3', '-3x', '1,5', '1e3', 'NaN', 'Infinity', '2001'.repeat(100)])(
    'makes nothing of what is neither: %s',
    (header) => {
      const delay = read({ 'retry-after': header });
      expect(delay === undefined || delay > 1e9).toBe(true);
    },
  );

  it('prefers milliseconds, and ignores those that make no sense', () => {
    expect(read({ 'retry-after-ms': '120.5', 'retry-after': '1' })).toBe(120.5);
    expect(read({ 'retry-after-ms': 'x', 'retry-after': '1' })).toBe(1000);
    expect(read({})).toBeUndefined();
  });
});

describe('sleep', () => {
  it('ends early when aborted, with the reason', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(sleep(1, controller.signal)).rejects.toThrow('enough');
    await sleep(1);
  });
});
