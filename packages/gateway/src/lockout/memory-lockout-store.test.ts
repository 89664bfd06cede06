import { describe, expect, it } from 'vitest';
import { MemoryLockoutStore } from './memory-lockout-store.js';

const settings = { wrongKeys: 3, windowMs: 100, lockMs: 1000, addressHeader: undefined };
const free = { lockedMs: 0, isFirst: false };

describe('MemoryLockoutStore', () => {
  it('locks an address out after so many different keys within the window, for a while', async () => {
    let now = 0;
    const store = new MemoryLockoutStore({ now: () => now });
    for (const key of ['a', 'b', 'a', 'b']) {
      expect(await store.noteWrong('x', key, settings)).toEqual(free);
    }
    now = 150;
    expect(await store.noteWrong('x', 'c', settings)).toEqual(free);
    expect(await store.noteWrong('x', 'd', settings)).toEqual(free);
    expect(await store.noteWrong('x', 'e', settings)).toEqual({ lockedMs: 1000, isFirst: true });
    now = 250;
    expect(await store.noteWrong('x', 'f', settings)).toEqual({ lockedMs: 900, isFirst: false });
    expect([await store.admit('x', 'app'), await store.admit('y', 'app')]).toEqual([900, 0]);
    now = 1150;
    expect(await store.noteWrong('x', 'f', settings)).toEqual(free);
    expect(await store.admit('x', 'app')).toBe(0);
  });

  it('still admits the keys that an address had used before', async () => {
    const store = new MemoryLockoutStore({ now: () => 0 });
    expect(await store.admit('x', 'app')).toBe(0);
    for (const key of ['a', 'b', 'c']) await store.noteWrong('x', key, settings);
    expect(await store.admit('x', 'app')).toBe(0);
    expect(await store.admit('x', 'other')).toBe(1000);
    expect(await store.admit('y', 'other')).toBe(0);
  });

  it('keeps whoever is locked out, however many addresses come', async () => {
    const store = new MemoryLockoutStore({ now: () => 0 });
    for (const key of ['a', 'b', 'c']) await store.noteWrong('x', key, settings);
    for (let address = 0; address < 12_000; address++) {
      await store.noteWrong(`${address}`, 'a', settings);
    }
    expect(await store.admit('x', 'app')).toBe(1000);
  });
});
