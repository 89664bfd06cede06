import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseObject } from './parse-object.js';

const place = { file: 'f.jsonl', row: 1 };

it('reads the numbers that only Python writes as null, and leaves texts as they are', () => {
  const text = '{"a": NaN, "b": [Infinity, -Infinity], "NaN": "NaN, \\"NaN\\\\", "c": 1}';
  expect(parseObject(text, place)).toEqual({
    a: null,
    b: [null, null],
    NaN: 'NaN, "NaN\\',
    c: 1,
  });
});

it('reads any text next to such a number', () => {
  const texts = fc.string({
    unit: fc.constantFrom('"', '\\', 'NaN', '-', 'Infinity', ' ', 'a', ',', '\n'),
  });
  fc.assert(
    fc.property(texts, texts, (key, value) => {
      const written = JSON.stringify({ [key]: value, z: 1 }).replace(/1}$/, 'NaN}');
      expect({ ...parseObject(written, place) }).toEqual({ [key]: value, z: null });
    }),
  );
});

it('reads such a number next to a text of 12 MB', () => {
  const long = '\\"'.repeat(6_000_000);
  expect(parseObject(`{"prompt":"${long}","s":NaN}`, place)).toEqual({
    prompt: '"'.repeat(6_000_000),
    s: null,
  });
});
