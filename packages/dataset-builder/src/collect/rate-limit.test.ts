import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RateLimit } from './rate-limit.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets no minute have more than the limit, and takes its true amount into account', async () => {
  const limit = new RateLimit(100);
  const times: number[] = [];
  const start = performance.now();
  const take = async (amount: number, actual = amount) => {
    const settle = await limit.take(amount);
    times.push(Math.round((performance.now() - start) / 1000));
    settle(actual);
  };
  const all = Promise.all([take(60), take(40, 10), take(30), take(500), take(1)]);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  await all;
  // 60 and 40 fit; the 40 were 10, so 30 more fit after a second; 500 waits for an empty minute, then the last.
  expect(times).toEqual([0, 0, 1, 61, 121]);
});

it('stops waiting when it is aborted, and lets the next one have its turn', async () => {
  const limit = new RateLimit(1);
  await limit.take(1);
  const controller = new AbortController();
  const aborted = limit.take(1, controller.signal);
  const next = limit.take(1);
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(60_000);
  await next;
});
