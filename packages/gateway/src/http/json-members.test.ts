import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinBytes } from './join-bytes.js';
import { withMembers as withMembersOf } from './json-members.js';
import { JsonScan } from './json-scan.js';

function withMembers(text: string, values: Record<string, unknown>): string {
  const bytes = new TextEncoder().encode(text);
  const scan = new JsonScan(bytes);
  scan.run();
  return new TextDecoder().decode(
    joinBytes(withMembersOf({ bytes, members: scan.members() }, values)),
  );
}

describe('withMembers', () => {
  it('leaves all else as it was written', () => {
    const text =
      '{ "seed": 12345678901234567890, "model" : "auto",\n "x": 1e400, "y": {"model": "no", "a": ["model"]}}';
    expect(withMembers(text, { model: 'a"b' })).toBe(text.replace('"auto"', '"a\\"b"'));
  });

  it('knows an escaped key, and replaces every value of a key that comes twice', () => {
    const text = '{"mod\\u0065l":"a","model":"b","z":"model","model2":"c"}';
    expect(withMembers(text, { model: 'm' })).toBe(
      '{"mod\\u0065l":"m","model":"m","z":"model","model2":"c"}',
    );
  });

  it('replaces values of any kind, and adds members that are not there', () => {
    const text = '{"a": null ,"b":[1,{"a":2}],"c":{"a":3}}';
    expect(withMembers(text, { a: 5, c: { d: true }, e: 'x' })).toBe(
      '{"a": 5 ,"b":[1,{"a":2}],"c":{"d":true},"e":"x"}',
    );
  });

  it('gives what replacing in the parsed object gives', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(members, fc.string(), fc.string(), fc.nat(4), (object, from, to, spaces) => {
        const text = JSON.stringify({ ...object, model: from }, undefined, spaces);
        expect(JSON.parse(withMembers(text, { model: to }))).toEqual({
          ...JSON.parse(text),
          model: to,
        });
      }),
    );
  });
});
