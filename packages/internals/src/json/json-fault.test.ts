import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.js';

describe('jsonFault', () => {
  it.each([
    ['{\n  "a": 1,\n}', 'unexpected } at line 3, column 1'],
    ['{\n  "a": 1\n  "b": 2\n}', 'unexpected " at line 3, column 3'],
    ['{ "a": 1, b: 2 }', 'unexpected b at line 1, column 11'],
    ['{ "a" 1 }', 'unexpected 1 at line 1, column 7'],
    ["{ 'a': 1 }", "unexpected ' at line 1, column 3"],
    ['[1, 2}', 'unexpected } at line 1, column 6'],
    ['[1,, 2]', 'unexpected , at line 1, column 4'],
    ['{}\n{}', 'unexpected { at line 2, column 1'],
    ['{ "a": "open\n}', 'unexpected " at line 1, column 8'],
    ['{ // note\n}', 'unexpected / at line 1, column 3'],
    ['{ "a": 01 }', 'unexpected 1 at line 1, column 9'],
    ['{\n "a":', 'it ends too early, at line 2, column 6'],
    ['', 'it ends too early, at line 1, column 1'],
    ['{ \u0001 }', 'unexpected character at line 1, column 3'],
  ])('says where %j stops being JSON', (text, expected) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFault(text)).toBe(expected);
  });

  it('finds a mistake behind any JSON before it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, random) => {
        const lines = JSON.stringify(value, null, 2).split('\n');
        const line = random % lines.length;
        lines[line] = `~${lines[line]}`;
        expect(jsonFault(lines.join('\n'))).toBe(`unexpected ~ at line ${line + 1}, column 1`);
      }),
    );
  });
});
