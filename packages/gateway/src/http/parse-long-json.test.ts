import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScan } from './json-scan.js';
import { parseLongJson } from './parse-long-json.js';
import { Turns } from './turns.js';

/** What it makes of a text. */
async function parsed(json: string | Uint8Array): Promise<{ value: unknown; long: number }> {
  const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  const scan = new JsonScan(bytes);
  scan.advance();
  const value = await parseLongJson(bytes, scan.longTexts, new Turns());
  return { value, long: scan.longTexts.length };
}

describe('parseLongJson', () => {
  it('gives what JSON.parse gives, wherever slices of a text end', async () => {
    // Each period is of another length, so that ends of slices come to lie everywhere within it.
    const periods = [
      'x',
      'ä',
      '日本',
      '😀.',
      '\\',
      '"\n',
      '\\\\"',
      '\u2028\u0001',
      '\ud83d',
      'ab\\u',
    ];
    for (const period of periods) {
      for (const before of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
        const value = { a: before + period.repeat(Math.ceil(600_000 / period.length)), b: [1, {}] };
        const json = JSON.stringify(value);
        expect((await parsed(json)).value, JSON.stringify(period)).toEqual(JSON.parse(json));
        const escaped = json.replace(/[^\x20-\x7e]/g, (character) => {
          return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
        });
        expect((await parsed(escaped)).value, JSON.stringify(period)).toEqual(JSON.parse(json));
      }
    }
  });

  it('puts each text where it was', async () => {
    const text = fc.constantFrom('x'.repeat(70_000), 'ü'.repeat(40_000), 'short', '');
    const value = fc.dictionary(
      fc.string({ maxLength: 3 }),
      fc.oneof(text, fc.array(fc.oneof(text, fc.dictionary(fc.string({ maxLength: 2 }), text)))),
    );
    await fc.assert(
      fc.asyncProperty(value, async (object) => {
        const json = JSON.stringify(object);
        expect((await parsed(json)).value).toEqual(JSON.parse(json));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a name', `{"${'n'.repeat(70_000)}":1}`],
    ['the value of a name that comes twice', `{"a":"${'x'.repeat(70_000)}","a":1}`],
    ['all there is', `"${'x'.repeat(70_000)}"`],
  ])('takes a long text that is %s', async (_, json) => {
    expect(await parsed(json)).toEqual({ value: JSON.parse(json), long: 1 });
  });

  it.each([
    ['a line feed', `{"a":"${'x'.repeat(600_000)}\n"}`],
    ['a wrong escape', `{"a":"${'x'.repeat(600_000)}\\q"}`],
    ['an escape that is cut off', `{"a":"${'x'.repeat(600_000)}\\u12"}`],
    ['nothing after it', `{"a":"${'x'.repeat(600_000)}"`],
    ['no end', `{"a":"${'x'.repeat(600_000)}`],
    ['something after it', `{"a":"${'x'.repeat(600_000)}"}}`],
  ])('refuses a long text with %s', async (_, json) => {
    await expect(parsed(json)).rejects.toThrow(SyntaxError);
  });

  it('refuses what is not UTF-8', async () => {
    const bytes = new TextEncoder().encode(`{"a":"${'x'.repeat(600_000)}"}`);
    for (const wrong of [
      bytes.slice().fill(0x80, 300_000, 600_000),
      bytes.slice().fill(0xff, 9, 10),
    ]) {
      await expect(parsed(wrong)).rejects.toThrow(TypeError);
    }
  });
});
