import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLongJson } from './json-reader.js';
import { JsonScan } from './json-scan.js';
import { Turns } from './turns.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(json: string | Uint8Array): Promise<unknown> {
  const bytes = typeof json === 'string' ? encode(json) : json;
  return (await readLongJson(bytes, new Turns())).value;
}

/** What a text is, or that it is no JSON. */
function parsed(json: string): unknown {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return SyntaxError;
  }
}

/** Pieces of which JSON is made, and what is nearly JSON. */
const PIECES = [
  ...'{}[],:"\\ \n\t',
  ...['"a"', '"b":', 'true', 'null', 'nul', '-1', '1.5e+3', '01', '.5', '+1', '"\\u00e4"', '"\\q"'],
  ...['ä', '"日本"', '\u00a0', '"\u0001"', 'Infinity', '{"a":1}', '[1,{}]', '//'],
];

describe('readLongJson', () => {
  it('gives what JSON.parse gives, and refuses what it refuses', async () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join(''));
    const json = fc.tuple(fc.jsonValue(), fc.nat(3)).map(([value, spaces]) => {
      return JSON.stringify(value, undefined, spaces);
    });
    const cut = fc.tuple(json, fc.nat(), fc.constantFrom('', ...PIECES)).map(([all, at, piece]) => {
      const place = at % (all.length + 1);
      return all.slice(0, place) + piece + all.slice(place + 1);
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, json, cut), async (written) => {
        // Which a client may not send.
        fc.pre(!/__proto__|prototype/.test(written));
        const got = await read(written).then(
          (value) => ({ value }),
          (error: unknown) => Object(error).constructor,
        );
        expect(got).toEqual(parsed(written));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same members as a scan of a short text', async () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(value, fc.nat(3), async (object, spaces) => {
        fc.pre(!/__proto__|prototype/.test(JSON.stringify(object)));
        const bytes = encode(` ${JSON.stringify(object, undefined, spaces)}\n`);
        const scan = new JsonScan(bytes);
        scan.run();
        expect((await readLongJson(bytes, new Turns())).members).toEqual(scan.members());
      }),
    );
    const twice = encode('{"a":1 ,"b":[{"a":2}],"a": "x" }');
    const { value: last, members } = await readLongJson(twice, new Turns());
    expect(last).toEqual({ a: 'x', b: [{ a: 2 }] });
    expect(members.map(({ name }) => name)).toEqual(['a', 'b', 'a']);
  });

  it('reads a text of many slices, wherever they end', async () => {
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
        const value = { a: before + period.repeat(Math.ceil(140_000 / period.length)), b: [1, {}] };
        const json = JSON.stringify(value);
        expect(await read(json), JSON.stringify(period)).toEqual(JSON.parse(json));
        const escaped = json.replace(/[^\x20-\x7e]/g, (character) => {
          return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
        });
        expect(await read(escaped), JSON.stringify(period)).toEqual(JSON.parse(json));
      }
    }
  });

  it.each([
    ['a line feed', `{"a":"${'x'.repeat(300_000)}\n"}`],
    ['a wrong escape', `{"a":"${'x'.repeat(300_000)}\\q"}`],
    ['an escape that is cut off', `{"a":"${'x'.repeat(300_000)}\\u12"}`],
    ['nothing after it', `{"a":"${'x'.repeat(300_000)}"`],
    ['no end', `{"a":"${'x'.repeat(300_000)}`],
    ['a backslash at its end', `{"a":"${'\\'.repeat(300_001)}`],
    ['something after it', `{"a":"${'x'.repeat(300_000)}"}}`],
  ])('refuses a long text with %s', async (_, json) => {
    await expect(read(json)).rejects.toThrow(SyntaxError);
  });

  it('refuses what is not UTF-8', async () => {
    const bytes = encode(`{"a":"${'x'.repeat(300_000)}"}`);
    for (const wrong of [
      bytes.slice().fill(0x80, 150_000, 300_000),
      bytes.slice().fill(0xff, 9, 10),
      bytes.slice().fill(0xc3, 300_005, 300_006),
    ]) {
      await expect(read(wrong)).rejects.toThrow(TypeError);
    }
  });

  it.each([
    ['a million empty objects', `[${'{},'.repeat(500_000)}{}]`, /more than/],
    ['a million numbers', `[${'1,'.repeat(500_000)}1]`, /more than/],
    ['deep nesting', '['.repeat(1000), /deeper than/],
    ['__proto__', '[{"a":[{"\\u005f_proto__":1}]}]', /__proto__/],
    ['constructor.prototype', '[{"constructor":{"a":1,"prototype":{}}}]', /constructor.prototype/],
  ])('refuses what would take long or do harm: %s', async (_, json, message) => {
    await expect(read(json)).rejects.toThrow(message);
  });

  it.each([
    ['one text', JSON.stringify(['x'.repeat(8_000_000)])],
    ['a text of quotes', JSON.stringify(['"'.repeat(4_000_000)])],
    ['a text of backslashes', JSON.stringify(['\\'.repeat(4_000_000)])],
    ['texts that are none too long', JSON.stringify(Array(90_000).fill('x'.repeat(80)))],
    ['small values', JSON.stringify(Array(40_000).fill({ a: 1, b: [] }))],
    ['spaces', `[${' '.repeat(8_000_000)}]`],
  ])('is read step by step: %s', async (_, json) => {
    let steps = 0;
    class CountedTurns extends Turns {
      override take<T>(task: () => T): Promise<T> {
        steps++;
        return super.take(task);
      }
    }
    await readLongJson(encode(json), new CountedTurns());
    expect(steps).toBeGreaterThan(60);
  });
});
