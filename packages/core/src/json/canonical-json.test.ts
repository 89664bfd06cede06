import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it('does not depend on the order of keys or on white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true }, 'value')).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('"__proto__"'));
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed, 'value')).toBe(canonicalJson(value, 'value'));
        expect(JSON.parse(canonicalJson(value, 'value'))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('leaves out properties that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 }, 'value')).toBe('{"b":1}');
  });

  it('refuses what JSON would not give back, saying where it is', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const cases: Array<[unknown, RegExp]> = [
      [{ a: [1, Number.NaN] }, /settings\.a\[1\] is NaN/],
      [{ a: Number.POSITIVE_INFINITY }, /settings\.a is Infinity/],
      [{ a: new Date(0) }, /settings\.a is of type Date/],
      [{ a: new Map() }, /settings\.a is of type Map/],
      [{ a: Float32Array.of(1) }, /settings\.a is of type Float32Array/],
      [{ a: () => 1 }, /settings\.a is of type function/],
      [{ a: 1n }, /settings\.a is of type bigint/],
      [{ a: [undefined] }, /settings\.a\[0\] is of type undefined/],
      [JSON.parse('{"__proto__":1}'), /settings has a key named __proto__/],
      [cycle, /deeper than 64/],
    ];
    for (const [value, message] of cases) {
      expect(() => canonicalJson(value, 'settings')).toThrow(message);
    }
  });
});
