import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const queueOf = (...entries: string[]): FairQueue<string> => {
  const queue = new FairQueue<string>();
  for (const entry of entries) queue.add(entry, pathOf(entry));
  return queue;
};
/** Of `key/address/number`. */
const pathOf = (entry: string): string[] => entry.split('/').slice(0, 2);
const all = (queue: FairQueue<string>): string[] =>
  Array.from({ length: queue.size }, () => queue.shift() ?? '');

describe('FairQueue', () => {
  it('lets keys take turns, and the addresses of each', () => {
    const queue = queueOf('k/a/1', 'k/a/2', 'k/a/3', 'k/b/1', 'l/c/1', 'l/c/2');
    expect(all(queue)).toEqual(['k/a/1', 'l/c/1', 'k/b/1', 'l/c/2', 'k/a/2', 'k/a/3']);
    expect([queue.size, queue.shift()]).toEqual([0, undefined]);
  });

  it('forgets who leaves, once', () => {
    const queue = queueOf('k/a/1', 'k/b/1');
    expect(queue.delete('k/a/1', ['k', 'a'])).toBe(true);
    expect(queue.delete('k/a/1', ['k', 'a'])).toBe(false);
    expect(queue.delete('k/b/1', ['l', 'b'])).toBe(false);
    expect(all(queue)).toEqual(['k/b/1']);
  });

  it('finds who has most waiting: a key, or an address of the same key', () => {
    const queue = queueOf('k/a/1', 'k/a/2', 'k/a/3', 'k/b/1');
    expect(queue.greediest(['l', 'c'])).toBe('k/a/3');
    expect(queue.greediest(['k', 'b'])).toBe('k/a/3');
    expect(queue.greediest(['k', 'c'])).toBe('k/a/3');
    expect(queue.greediest(['k', 'a'])).toBeUndefined();
  });

  it('sends nobody away for somebody who would then have as much', () => {
    const queue = queueOf('k/a/1', 'k/b/1');
    expect(queue.greediest(['k', 'a'])).toBeUndefined();
    expect(queue.greediest(['k', 'c'])).toBeUndefined();
    expect(queueOf('k/a/1').greediest(['l', 'b'])).toBeUndefined();
  });
});
