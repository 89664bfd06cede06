import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceMember } from './replace-member.js';

describe('replaceMember', () => {
  it('leaves all else as it was written', () => {
    const text =
      '{ "seed": 12345678901234567890, "model" : "auto",\n "x": 1e400, "y": {"model": "no", "a": ["model"]}}';
    expect(replaceMember(text, 'model', 'a"b')).toBe(text.replace('"auto"', '"a\\"b"'));
  });

  it('knows an escaped key, and replaces every value of a key that comes twice', () => {
    const text = '{"mod\\u0065l":"a","model":"b","z":"model","model2":"c"}';
    expect(replaceMember(text, 'model', 'm')).toBe(
      '{"mod\\u0065l":"m","model":"m","z":"model","model2":"c"}',
    );
  });

  it('gives what replacing in the parsed object gives', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(members, fc.string(), fc.string(), fc.nat(4), (object, from, to, spaces) => {
        const text = JSON.stringify({ ...object, model: from }, undefined, spaces);
        expect(JSON.parse(replaceMember(text, 'model', to))).toEqual({
          ...JSON.parse(text),
          model: to,
        });
      }),
    );
  });
});
