import { describe, expect, it } from 'vitest';
import { ConcurrencyLimit, LimitReachedError } from './concurrency-limit.js';

const { signal } = new AbortController();
const limitOf = (concurrency: number, queue: number, queueTimeoutMs = 1000): ConcurrencyLimit =>
  new ConcurrencyLimit({ concurrency, queue, queueTimeoutMs }, () => performance.now());

describe('ConcurrencyLimit', () => {
  it('admits in order as places become free, and counts a place once', async () => {
    const limit = limitOf(1, 3);
    const release = await limit.acquire(signal);
    const order: number[] = [];
    const waiting = [1, 2].map(async (index) => {
      const done = await limit.acquire(signal);
      order.push(index);
      done();
    });
    expect(limit.waiting).toBe(2);
    release();
    release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect([limit.running, limit.waiting]).toEqual([0, 0]);
  });

  it('refuses beyond the queue at once, and in the queue after a while', async () => {
    const limit = limitOf(1, 1, 20);
    await limit.acquire(signal);
    const queued = limit.acquire(signal);
    await expect(limit.acquire(signal)).rejects.toThrow(LimitReachedError);
    await expect(queued).rejects.toMatchObject({ retryAfterMs: expect.any(Number) });
    expect(limit.waiting).toBe(0);
  });

  it('forgets those that go away', async () => {
    const limit = limitOf(1, 1);
    const release = await limit.acquire(signal);
    const controller = new AbortController();
    const queued = limit.acquire(controller.signal);
    controller.abort(new Error('gone'));
    await expect(queued).rejects.toThrow('gone');
    release();
    expect(limit.running).toBe(0);
  });

  it('admits more when the limit is raised', async () => {
    const limit = limitOf(1, 2);
    await limit.acquire(signal);
    const queued = limit.acquire(signal);
    limit.adjust({ concurrency: 2, queue: 2, queueTimeoutMs: 1000 });
    await queued;
    expect(limit.running).toBe(2);
  });
});
