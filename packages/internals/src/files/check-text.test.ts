import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors/errors.js';
import { checkText } from './check-text.js';

/** What comes through when the bytes arrive in pieces of the given sizes, then one by one. */
async function check(bytes: Buffer, sizes: readonly number[] = []): Promise<string> {
  async function* pieces(): AsyncGenerator<Buffer> {
    let start = 0;
    for (const size of sizes) {
      yield bytes.subarray(start, start + size);
      start += size;
    }
    for (; start < bytes.length; start++) yield bytes.subarray(start, start + 1);
  }
  const passed: Buffer[] = [];
  for await (const chunk of checkText('file', pieces())) passed.push(chunk);
  return Buffer.concat(passed).toString('utf8');
}

const text = fc
  .string({ unit: 'binary' })
  .map((characters) => characters.replaceAll('\0', '\n').replace(/^\ufeff/, ''));
const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 9 });

describe('checkText', () => {
  it('passes valid text on unchanged, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, sizes, async (written, cuts) => {
        expect(await check(Buffer.from(written), cuts)).toBe(written);
        expect(await check(Buffer.from(`\ufeff${written}`), cuts)).toBe(written);
      }),
    );
  });

  it('removes one byte order mark at the start, and none elsewhere', async () => {
    expect(await check(Buffer.from('\ufeff\ufeffa\ufeff'))).toBe('\ufeffa\ufeff');
  });

  it('names the line of the first bad byte, however the text is cut', async () => {
    const bad = fc.constantFrom(
      Buffer.of(0),
      Buffer.of(0x80),
      Buffer.of(0xff),
      Buffer.of(0xc0, 0x80),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.of(0xf0, 0x9f, 0xa6, 0x0a),
      Buffer.of(0xe2, 0x82),
    );
    await fc.assert(
      fc.asyncProperty(text, bad, text, sizes, async (before, bytes, after, cuts) => {
        const whole = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
        const error = await check(whole, cuts).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(DataError);
        expect(error).toHaveProperty('location', {
          file: 'file',
          row: before.split('\n').length,
        });
      }),
    );
  });

  it('tells UTF-16 from damaged UTF-8, however it is cut', async () => {
    for (const mark of [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)]) {
      await expect(check(Buffer.concat([mark, Buffer.from('a\0b\0')]))).rejects.toThrow(/UTF-16/);
      await expect(check(mark)).rejects.toThrow(/UTF-16/);
    }
  });

  it('checks texts too short for a byte order mark', async () => {
    await expect(check(Buffer.of(0x61, 0))).rejects.toThrow(/row 1: contains a NUL/);
    await expect(check(Buffer.of(0x0a, 0xc3))).rejects.toThrow(/row 2: is not valid UTF-8/);
    expect(await check(Buffer.from('a'))).toBe('a');
    expect(await check(Buffer.alloc(0))).toBe('');
  });
});
