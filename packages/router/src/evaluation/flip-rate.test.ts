import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTypingErrors, flipRate } from './flip-rate.js';

describe('flipRate', () => {
  it('is the share of choices that differ', () => {
    expect(flipRate([0, 1, 2, -1], [0, 2, 2, 0])).toBe(0.5);
    expect(flipRate([0], [0])).toBe(0);
  });

  it('refuses other numbers of choices, and none', () => {
    expect(() => flipRate([0], [0, 1])).toThrow(/1 choices with 2/);
    expect(() => flipRate([], [])).toThrow(/needs at least one question/);
  });
});

describe('addTypingErrors', () => {
  it('swaps inner letters of words and leaves numbers, short words and identifiers', () => {
    const [typed] = addTypingErrors(['What is f_2(abcd1) of 12345 and Straßen, 1e5?'], {
      share: 1,
    });
    expect(typed).toMatch(/^Waht is f_2\(abcd1\) of 12345 and S\p{L}+n, 1e5\?$/u);
  });

  it('keeps the letters, the ends of words and everything between them, and repeats by seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (prompt, seed) => {
        const [typed = ''] = addTypingErrors([prompt], { share: 1, seed });
        expect(addTypingErrors([prompt], { share: 1, seed })).toEqual([typed]);
        expect([...typed].sort()).toEqual([...prompt].sort());
      }),
    );
    expect(addTypingErrors(['unchanged words here'], { share: 0 })).toEqual([
      'unchanged words here',
    ]);
    expect(() => addTypingErrors(['a'], { share: 2 })).toThrow(/share/);
  });

  it('changes about the share that is asked for', () => {
    const words = Array.from({ length: 2000 }, () => 'abcdef');
    const typed = addTypingErrors([words.join(' ')], { share: 0.2 })[0]!.split(' ');
    const changed = typed.filter((word) => word !== 'abcdef').length;
    expect(changed / 2000).toBeGreaterThan(0.16);
    expect(changed / 2000).toBeLessThan(0.24);
  });
});
