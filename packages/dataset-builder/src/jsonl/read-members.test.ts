import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonMember } from './json-member.js';
import { MemberScanner } from './member-scanner.js';

/** All members of a text that comes in chunks of the given sizes, in turn. */
function scan(text: string, sizes: readonly number[], wanted: readonly string[]): JsonMember[] {
  const bytes = Buffer.from(text);
  const scanner = new MemberScanner('f', { wanted, streamed: 'list', maxRecordBytes: 1e6 });
  const found: JsonMember[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    found.push(...scanner.feed(bytes.subarray(start, end)));
    start = end;
  }
  scanner.finish();
  return found;
}

const anySizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });

describe('MemberScanner', () => {
  it('finds the members and elements that JSON.parse finds, wherever chunks end', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(fc.constant('list'), fc.constant('a"\\'), fc.string()),
          fc.jsonValue(),
          { maxKeys: 6 },
        ),
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.constantFrom(undefined, 2),
        anySizes,
        (object, list, indent, sizes) => {
          const value = { ...object, list };
          const members = scan(JSON.stringify(value, undefined, indent), sizes, Object.keys(value));
          const rebuilt: Record<string, unknown> = Object.create(null);
          for (const { key, index } of members) if (index !== undefined) rebuilt[key] = [];
          const elements: unknown[] = [];
          for (const { key, index, text } of members) {
            if (index === undefined) rebuilt[key] = JSON.parse(text);
            else {
              expect(index).toBe(elements.length);
              elements.push(JSON.parse(text));
            }
          }
          expect(elements).toEqual(JSON.parse(JSON.stringify(list)));
          for (const [key, member] of Object.entries(object)) {
            if (key === 'list') continue;
            expect(rebuilt[key]).toEqual(JSON.parse(JSON.stringify(member)));
          }
        },
      ),
    );
  });

  it('passes over what is not wanted, and counts lines', () => {
    const text = '{\n"skip": [1,\n{"list": [2]}],\n"keep": {\n"x": 1},\n"list": [\n1,\n"]"\n]}';
    const rows = scan(text, [3], ['keep']).map(({ key, text: json, row }) => [key, json, row]);
    expect(rows).toEqual([
      ['keep', '{\n"x": 1}', 4],
      ['list', '1', 7],
      ['list', '"]"', 8],
    ]);
  });

  it('refuses every beginning of an object', () => {
    const text = '{"a": [1, "\\""], "list": [{"b": 2}, 3]}';
    for (let length = 1; length < text.length; length++) {
      expect(() => scan(text.slice(0, length), [7], ['a'])).toThrow(/not complete JSON/);
    }
    expect(scan(text, [7], ['a'])).toHaveLength(3);
  });
});
