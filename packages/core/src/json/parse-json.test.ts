import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJson', () => {
  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value, undefined, 1);
        fc.pre(!text.includes('"__proto__"'));
        expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses a key that occurs twice in an object, also when it is spelled with escapes', () => {
    expect(() => parseJson(bytes('{"a":1,"b":{"c":1,"c":2}}'))).toThrow(/key "c" occurs twice/);
    expect(() => parseJson(bytes('{"a":1,"\\u0061":2}'))).toThrow(/key "a" occurs twice/);
    expect(() => parseJson(bytes('{"x":[{}],"x":0}'))).toThrow(/key "x" occurs twice/);
  });

  it('finds the repeated key wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 4 }), { minLength: 2, maxLength: 6 }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(),
        (keys, value, pick) => {
          fc.pre(!keys.includes('__proto__') && !JSON.stringify(value).includes('"__proto__"'));
          const members = keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
          expect(() => parseJson(bytes(`[{${members.join(',')}}]`))).not.toThrow();
          members.push(members[pick % members.length]!);
          expect(() => parseJson(bytes(`[{${members.join(',')}}]`))).toThrow(/occurs twice/);
        },
      ),
    );
  });

  it('lets the same key stand in different objects and in values', () => {
    const text = '{"a":{"a":"a"},"b":[{"a":"},{"},{"a":"\\"a\\":"}]}';
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
  });

  it('refuses a key named __proto__ unless the caller takes it', () => {
    expect(() => parseJson(bytes('{"__proto__":{"polluted":1}}'))).toThrow(/__proto__/);
    expect(() => parseJson(bytes('{"\\u005f_proto__":1}'))).toThrow(/__proto__/);
    const value = parseJson(bytes('{"__proto__":1}'), { allowProtoKey: true });
    expect(Object.entries(value as object)).toEqual([['__proto__', 1]]);
  });

  it('ends nesting at 64 levels', () => {
    const nested = (levels: number): Uint8Array => bytes('['.repeat(levels) + ']'.repeat(levels));
    expect(() => parseJson(nested(64))).not.toThrow();
    expect(() => parseJson(nested(65))).toThrow(/deeper than 64/);
    expect(() => parseJson(nested(100_000))).toThrow(/JSON/);
  });

  it('names the file when text is not UTF-8 or not JSON', () => {
    const file = 'folder/config.json';
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), { file })).toThrow(
      'folder/config.json: Not valid UTF-8 text.',
    );
    for (const text of ['', '{', '{"a":1,}', '\ufeff{}', 'NaN', '{"a":1} x']) {
      expect(() => parseJson(bytes(text), { file })).toThrow('folder/config.json: Not valid JSON.');
    }
  });
});
