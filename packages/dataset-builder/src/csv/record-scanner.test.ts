import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecords } from './read-records.js';
import { RecordScanner } from './record-scanner.js';
import { fieldBytes, MalformedCsv, type Span } from './scanned-record.js';

const root = mkdtempSync(join(tmpdir(), 'record-scanner-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface ScanOptions {
  readonly columns: number;
  readonly textColumn?: number;
  /** Length of each chunk, and of the room before it. */
  readonly chunk?: number;
  readonly room?: number;
  readonly maxRecordBytes?: number;
}

/** All records, where the text of each record is expected in the next one. */
function scan(
  content: Uint8Array,
  options: ScanOptions,
): { records: string[][]; expected: number } {
  const { columns, textColumn = -1, chunk = 1 << 16, room = 0, maxRecordBytes = 1 << 20 } = options;
  const records: string[][] = [];
  let written: Span | undefined;
  let expected = 0;
  const scanner = new RecordScanner({
    columns,
    textColumn,
    maxRecordBytes,
    expect: () => written,
    onRecord(record) {
      if (textColumn >= 0) {
        if (record.form[textColumn] === 2) expected++;
        const text = record.bytes.subarray(record.rawStart, record.rawEnd);
        // Between other bytes, which are not compared.
        written = {
          bytes: Buffer.from(`,${text.toString('latin1')},`, 'latin1'),
          start: 1,
          end: 1 + text.length,
        };
      }
      records.push(Array.from({ length: columns }, (_, c) => fieldBytes(record, c).toString()));
    },
  });
  for (let at = 0; at < content.length; at += chunk) {
    const part = content.subarray(at, at + chunk);
    const buffer = Buffer.alloc(room + part.length, 0x22);
    buffer.set(part, room);
    scanner.push(buffer, room, room + part.length);
  }
  scanner.finish();
  return { records, expected };
}

async function readSlowly(content: Uint8Array): Promise<string[][] | undefined> {
  const file = join(root, 'data.csv');
  writeFileSync(file, content);
  const records: string[][] = [];
  try {
    await readRecords(file, (header) => {
      records.push([...header.columns]);
      return (fields) => void records.push([...fields]);
    });
    return records;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

describe('RecordScanner', () => {
  it('reads and refuses what the record parser does, however the bytes are cut', async () => {
    const piece = fc.constantFrom(
      'a',
      'é🦁',
      '"',
      '""',
      '"a,b"',
      '"x\ny"',
      ',',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '"",',
    );
    const line = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
    const row = fc
      .array(fc.constantFrom('1', 'b c', '"q""q"', '"two\r\nlines"', '', '""', 'é'), {
        minLength: 3,
        maxLength: 3,
      })
      .map((fields) => fields.join(','));
    const lines = fc.array(
      fc.oneof({ weight: 6, arbitrary: row }, { weight: 1, arbitrary: line }),
      {
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 12 }),
        async (rows, end, mark, chunk, room) => {
          const content = Buffer.from(`${mark ? '\ufeff' : ''}h1,h2,h3${end}${rows.join(end)}`);
          const slow = await readSlowly(content);
          for (const textColumn of [-1, 1]) {
            const options = { columns: 3, textColumn, chunk, room };
            if (slow !== undefined) expect(scan(content, options).records).toEqual(slow);
            else {
              // What has a header alone is refused elsewhere.
              let found: string[][] = [];
              try {
                found = scan(content, options).records;
              } catch (error) {
                expect(error).toBeInstanceOf(MalformedCsv);
              }
              expect(found.length).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('recognizes the text that is expected, and no text that only begins so', () => {
    const rows = [
      '1,"a ""b"", c\nd",x',
      '2,"a ""b"", c\nd",y',
      '3,"a ""b"", c\nd""",z',
      '4,ab,x',
      '5,ab,y',
      '6,abc,z',
    ];
    const { records, expected } = scan(Buffer.from(`h,t,m\r\n${rows.join('\r\n')}\r\n`), {
      columns: 3,
      textColumn: 1,
    });
    expect(records.slice(1).map(([, text]) => text)).toEqual([
      'a "b", c\nd',
      'a "b", c\nd',
      'a "b", c\nd"',
      'ab',
      'ab',
      'abc',
    ]);
    expect(expected).toBe(2);
  });

  it('takes a carriage return that ends the file for text, as the record parser does', async () => {
    for (const last of ['\r', '1,"2"\r', '1,2\r', '"1",\r']) {
      const content = Buffer.from(`h,i\n1,"2"\n${last}`);
      const slow = await readSlowly(content);
      const read = (): string[][] => scan(content, { columns: 2, textColumn: 1 }).records;
      if (slow === undefined) expect(read).toThrow(MalformedCsv);
      else expect(read()).toEqual(slow);
    }
  });

  it('refuses bytes that are not text, and records that are too long', () => {
    for (const bad of ['a,b\0', Buffer.from([0x61, 0x2c, 0xff])]) {
      expect(() =>
        scan(Buffer.concat([Buffer.from('h,i\n'), Buffer.from(bad)]), { columns: 2 }),
      ).toThrow(MalformedCsv);
    }
    const long = Buffer.from(`h,i\n1,"${'x'.repeat(200)}"\n`);
    for (const chunk of [7, 1000]) {
      expect(() => scan(long, { columns: 2, maxRecordBytes: 100, chunk })).toThrow(
        /longer than 100/,
      );
      expect(scan(long, { columns: 2, maxRecordBytes: 300, chunk }).records).toHaveLength(2);
    }
  });
});
