import { describe, expect, it } from 'vitest';
import { Cancellation } from './cancellation.js';

describe('Cancellation', () => {
  it('calls each listener once, but those that were taken away', () => {
    const called: string[] = [];
    const cancellation = new Cancellation();
    const gone = (): unknown => called.push('gone');
    cancellation.addEventListener('abort', () => called.push('first'));
    cancellation.addEventListener('abort', gone);
    cancellation.addEventListener('abort', () => called.push('second'));
    cancellation.removeEventListener('abort', gone);
    cancellation.throwIfAborted();
    const reason = new Error('enough');
    cancellation.abort(reason);
    cancellation.abort(new Error('again'));
    cancellation.addEventListener('abort', () => called.push('late'));
    expect(called).toEqual(['first', 'second']);
    expect(cancellation.reason).toBe(reason);
    expect(() => cancellation.throwIfAborted()).toThrow(reason);
  });

  it('has a signal that says the same, whenever it is asked for', () => {
    const before = new Cancellation();
    const { signal } = before;
    before.abort(new Error('enough'));
    const after = new Cancellation();
    after.abort();
    expect([signal.aborted, signal.reason]).toEqual([true, before.reason]);
    expect([after.signal.aborted, after.signal.reason]).toEqual([true, after.reason]);
    expect(after.reason).toHaveProperty('name', 'AbortError');
  });

  it('lets a listener take another one away meanwhile', () => {
    const called: string[] = [];
    const cancellation = new Cancellation();
    const other = (): unknown => called.push('other');
    cancellation.addEventListener('abort', () => cancellation.removeEventListener('abort', other));
    cancellation.addEventListener('abort', other);
    cancellation.abort();
    expect(called).toEqual(['other']);
  });
});
