import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './match-pattern.js';

describe('matchesPattern', () => {
  it('agrees with a regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const source = pattern
          .replace(/\./g, '\\.')
          .replace(/\*/g, '[\\s\\S]*')
          .replace(/\?/g, '[\\s\\S]');
        const expected = pattern === name || new RegExp(`^(?:${source})$`).test(name);
        expect(matchesPattern(pattern, name)).toBe(expected);
      }),
    );
  });
});
