import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readRecords } from './read-records.js';
import { formatRecord } from './write-records.js';

const path = join(temporaryDirectory(), 'records.csv');

const field = fc
  .array(fc.constantFrom('"', ',', '\n', '\r', '\r\n', '\ufeff', 'a', '🦙', ' '), { maxLength: 5 })
  .map((parts) => parts.join(''));
const record = fc.record({
  fields: fc.tuple(fc.constant('x'), field, field),
  blankLinesBefore: fc.integer({ min: 0, max: 2 }),
  newline: fc.constantFrom('\n', '\r\n'),
});

describe('readRecords', () => {
  it('gives the fields and the line on which each record starts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        let content = 'a,b,c\n';
        const expected: { fields: string[]; row: number }[] = [];
        for (const { fields, blankLinesBefore, newline } of records) {
          content += newline.repeat(blankLinesBefore);
          expected.push({ fields, row: content.split('\n').length });
          content += formatRecord(fields).slice(0, -1) + newline;
        }
        await writeFile(path, content);
        const read: { fields: readonly string[]; row: number }[] = [];
        const count = await readRecords(path, (header) => {
          expect(header).toEqual({ file: path, columns: ['a', 'b', 'c'], row: 1 });
          return (fields, row) => read.push({ fields, row });
        });
        expect(read).toEqual(expected);
        expect(count).toBe(records.length);
      }),
    );
  });

  it('hands records on in order before it fails, and none after a handler failed', async () => {
    await writeFile(path, 'a\n1\n2\n"3\n');
    const read: string[] = [];
    await expect(
      readRecords(
        path,
        () =>
          ([value]) =>
            read.push(value ?? ''),
      ),
    ).rejects.toThrow(/row 4, field a/);
    expect(read).toEqual(['1', '2']);

    await writeFile(path, 'a\n1\n2\n3\n');
    const problem = new Error('no twos');
    const seen: string[] = [];
    await expect(
      readRecords(path, () => ([value]) => {
        seen.push(value ?? '');
        if (value === '2') throw problem;
      }),
    ).rejects.toBe(problem);
    expect(seen).toEqual(['1', '2']);
  });
});
