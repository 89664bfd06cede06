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

  it('lets clients take turns, however many calls one of them has waiting', async () => {
    const limit = limitOf(1, 20);
    let release = await limit.acquire(signal, 'many');
    const order: string[] = [];
    const wait = async (client: string): Promise<void> => {
      const done = await limit.acquire(signal, client);
      order.push(client);
      release = done;
    };
    const waiting = ['many', 'many', 'many', 'many', 'few', 'few'].map(wait);
    for (let turn = 0; turn < 6; turn++) {
      release();
      await expect.poll(() => order.length).toBe(turn + 1);
    }
    await Promise.all(waiting);
    expect(order).toEqual(['many', 'few', 'many', 'few', 'many', 'many']);
  });

  it('lets the addresses of a client take turns, and gives each its part of a full queue', async () => {
    const limit = limitOf(1, 4);
    let release = await limit.acquire(signal, 'key', 'many');
    const order: string[] = [];
    const wait = async (address: string): Promise<void> => {
      const done = await limit.acquire(signal, 'key', address);
      order.push(address);
      release = done;
    };
    const many = ['many', 'many', 'many', 'many'].map(wait);
    const few = wait('few');
    await expect(many[3]).rejects.toThrow(LimitReachedError);
    for (let turn = 0; turn < 4; turn++) {
      release();
      await expect.poll(() => order.length).toBe(turn + 1);
    }
    await Promise.all([...many.slice(0, 3), few]);
    expect(order).toEqual(['many', 'few', 'many', 'many']);
  });

  it('makes room in a full queue for a client that has less waiting', async () => {
    const limit = limitOf(1, 4);
    await limit.acquire(signal, 'many');
    const many = Array.from({ length: 4 }, () => limit.acquire(signal, 'many'));
    const lost = Promise.allSettled(many.slice(2));
    const few = [limit.acquire(signal, 'few'), limit.acquire(signal, 'few')];
    const settled = await lost;
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(limit.acquire(signal, 'few')).rejects.toThrow(LimitReachedError);
    await expect(limit.acquire(signal, 'many')).rejects.toThrow(LimitReachedError);
    expect(limit.waiting).toBe(4);
    for (const call of [...many.slice(0, 2), ...few]) call.catch(() => undefined);
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

  it('lends unused places, and takes them back when they are wanted', async () => {
    const limit = new ConcurrencyLimit({ concurrency: 2, queue: 0, queueTimeoutMs: 10 }, () => 0);
    const signal = new AbortController().signal;
    const taken: string[] = [];
    const giveBack = limit.borrow(() => taken.push('first'));
    limit.borrow(() => taken.push('second'));
    expect(limit.borrow(() => undefined)).toBeUndefined();
    giveBack?.();
    expect(limit.running).toBe(1);
    await limit.acquire(signal);
    expect(taken).toEqual([]);
    await limit.acquire(signal);
    expect(taken).toEqual(['second']);
    expect(limit.running).toBe(2);
    await expect(limit.acquire(signal)).rejects.toThrow(LimitReachedError);
    giveBack?.();
    expect(limit.running).toBe(2);
  });
});
