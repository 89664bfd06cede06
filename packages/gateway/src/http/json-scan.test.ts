import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScan } from './json-scan.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function scanned(bytes: Uint8Array): JsonScan {
  const scan = new JsonScan(bytes);
  scan.run();
  return scan;
}

describe('JsonScan', () => {
  it.each([
    ['a million empty objects', `[${'{},'.repeat(500_000)}{}]`],
    ['a million numbers', `[${'1,'.repeat(500_000)}1]`],
    ['deep nesting', '['.repeat(1000)],
    ['deep nesting that is never closed', '{"a":'.repeat(70)],
  ])('refuses what would take long: %s', (_, text) => {
    expect(() => scanned(encode(text))).toThrow(/more than|deeper than/);
  });

  it('does not look into texts, however long and whatever they hold', () => {
    scanned(encode(JSON.stringify({ a: '[{,'.repeat(500_000), b: '"'.repeat(200_000) })));
    scanned(encode('"never closed'));
    scanned(encode('{"a":1'));
    scanned(encode('}]},:{"'));
  });

  it('finds the members of the outermost object, twice those that come twice', () => {
    const text = '{"a":"b" , "c" :{"d":1,"e":[","]},"\\u0061":\n[{"e":2}] }';
    const found = scanned(encode(text)).members();
    expect(found.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      ['a', '"b"'],
      ['c', '{"d":1,"e":[","]}'],
      ['a', '[{"e":2}]'],
    ]);
  });

  it('finds every member', () => {
    const name = fc.string({ unit: fc.constantFrom('"', '\\', ':', ',', '{', 'ä', '本', ' ') });
    const value = fc.oneof(name, fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.nat(4), (object, spaces) => {
        const bytes = encode(JSON.stringify(object, undefined, spaces));
        const found = scanned(bytes)
          .members()
          .map((member) => [
            member.name,
            JSON.parse(new TextDecoder().decode(bytes.subarray(member.start, member.end))),
          ]);
        expect(found).toEqual(Object.entries(JSON.parse(new TextDecoder().decode(bytes))));
      }),
    );
  });
});
