import { describe, expect, it } from 'vitest';
import { Lockout } from './lockout.js';

const settings = { wrongKeys: 3, windowMs: 100, lockMs: 1000, addressHeader: undefined };

describe('Lockout', () => {
  it('locks an address out after so many different keys within the window, for a while', () => {
    let now = 0;
    const locked: string[] = [];
    const lockout = new Lockout(
      () => now,
      (address) => locked.push(address),
    );
    for (const key of ['a', 'b', 'a', 'b']) lockout.noteWrong('x', key, settings);
    expect(lockout.lockedMs('x')).toBe(0);
    now = 150;
    lockout.noteWrong('x', 'c', settings);
    lockout.noteWrong('x', 'd', settings);
    expect(lockout.lockedMs('x')).toBe(0);
    lockout.noteWrong('x', 'e', settings);
    expect([lockout.lockedMs('x'), lockout.lockedMs('y'), locked]).toEqual([1000, 0, ['x']]);
    now = 1150;
    expect(lockout.lockedMs('x')).toBe(0);
    lockout.noteWrong('x', 'f', settings);
    expect(lockout.lockedMs('x')).toBe(0);
  });

  it('still admits the keys that an address had used before', () => {
    const lockout = new Lockout(
      () => 0,
      () => undefined,
    );
    expect(lockout.admits('x', 'app')).toBe(true);
    for (const key of ['a', 'b', 'c']) lockout.noteWrong('x', key, settings);
    expect(lockout.admits('x', 'app')).toBe(true);
    expect(lockout.admits('x', 'other')).toBe(false);
    expect(lockout.admits('y', 'other')).toBe(true);
  });

  it('keeps whoever is locked out, however many addresses come', () => {
    const lockout = new Lockout(
      () => 0,
      () => undefined,
    );
    for (const key of ['a', 'b', 'c']) lockout.noteWrong('x', key, settings);
    for (let address = 0; address < 12_000; address++)
      lockout.noteWrong(`${address}`, 'a', settings);
    expect(lockout.lockedMs('x')).toBe(1000);
  });
});
