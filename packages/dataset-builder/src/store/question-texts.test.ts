import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordScanner } from '../csv/record-scanner.js';
import { QuestionTexts } from './question-texts.js';

/** Whether each record has its question's first text, where the text may stand before the id. */
function judge(rows: readonly (readonly [number, string])[], cacheBytes: number): boolean[] {
  const texts = new QuestionTexts(0, cacheBytes);
  const known = new Set<number>();
  const verdicts: boolean[] = [];
  let question = -1;
  const scanner = new RecordScanner({
    columns: 2,
    textColumn: 0,
    maxRecordBytes: 1000,
    expect: () => texts.expect(question),
    onRecord(record) {
      question = Number(record.bytes.toString('latin1', record.start[1], record.end[1]));
      verdicts.push(known.has(question) ? texts.matches(question, record) : true);
      if (!known.has(question)) texts.note(question, record);
      known.add(question);
    },
  });
  const bytes = Buffer.from(rows.map(([q, text]) => `${text},${q}\n`).join(''));
  scanner.push(bytes, 0, bytes.length);
  scanner.finish();
  return verdicts;
}

it('compares texts as they read, not as they are quoted, with and without room to keep them', () => {
  const text = fc.constantFrom('a', '"a"', '"a""b"', 'ab', '"ab"', '""', '', '"a\nb"');
  const rows = fc.array(fc.tuple(fc.nat(400), text), { maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.constantFrom(0, 6, 1000), (all, cacheBytes) => {
      const first = new Map<number, string>();
      const plain = (written: string): string =>
        written.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');
      const expected = all.map(([question, written]) => {
        const value = plain(written);
        if (!first.has(question)) first.set(question, value);
        return first.get(question) === value;
      });
      expect(judge(all, cacheBytes)).toEqual(expected);
    }),
  );
});
