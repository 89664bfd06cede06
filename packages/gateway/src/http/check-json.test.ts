import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJsonText, closingQuote } from './check-json.js';

describe('checkJsonText', () => {
  it.each([
    ['a million empty objects', `[${'{},'.repeat(500_000)}{}]`],
    ['a million numbers', `[${'1,'.repeat(500_000)}1]`],
    ['deep nesting', '['.repeat(1000)],
    ['deep nesting that is never closed', '{"a":'.repeat(70)],
  ])('refuses what would take long: %s', (_, text) => {
    expect(() => checkJsonText(text)).toThrow(/more than|deeper than/);
  });

  it('does not look into texts, however long and whatever they hold', () => {
    checkJsonText(JSON.stringify({ a: '[{,'.repeat(500_000), b: '"'.repeat(200_000) }));
    checkJsonText('"never closed');
  });

  it('finds the end of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', 'a', '\n') }), (value) => {
        const text = JSON.stringify(value);
        expect(closingQuote(`${text},"b"`, 0)).toBe(text.length - 1);
      }),
    );
  });
});
