import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs, sleep } from './backoff.js';

describe('backoffMs', () => {
  it('is uniform below a bound that doubles up to the longest delay', () => {
    const settings = { attempts: 9, baseDelayMs: 100, maxDelayMs: 1000 };
    expect([1, 2, 3, 4, 5, 6].map((retry) => backoffMs(settings, retry, () => 0.5))).toEqual([
      50, 100, 200, 400, 500, 500,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (retry, at) => {
          const delay = backoffMs(settings, retry, () => at);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThan(1000);
        },
      ),
    );
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates, and nothing else', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs('3', now)).toBe(3000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Thu, 01 Jan 2025 00:00:05 GMT', now)).toBe(0);
    for (const header of [null, undefined, '', 'soon', '-3x', '99999999999']) {
      expect(retryAfterMs(header, now) ?? 0).toBe(0);
    }
  });
});

describe('sleep', () => {
  it('ends early when aborted', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });
});
