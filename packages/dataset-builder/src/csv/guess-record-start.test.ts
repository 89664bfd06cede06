import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guessRecordStart } from './guess-record-start.js';

/** A field as it is written; texts in quotes have line breaks, which are not ends of records. */
const field = fc.oneof(
  fc.constantFrom('0', '17', 'alpha', ''),
  fc.constantFrom('"a\nb"', '"say ""yes""\n\nno"', '"x, y"', '"1\n2\n3"'),
);

it('finds where a record starts, from anywhere in a file', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(field, field, field), { minLength: 12, maxLength: 40 }),
      fc.constantFrom('\n', '\r\n'),
      fc.nat(),
      (records, lineEnd, from) => {
        const lines = records.map((record) => record.join(',') + lineEnd);
        const bytes = Buffer.from(lines.join(''));
        const starts = [0];
        for (const line of lines) starts.push((starts.at(-1) as number) + line.length);
        const at = from % bytes.length;
        const guess = guessRecordStart(bytes.subarray(at), 3, true);
        // At the very end there can be too little to tell.
        if (guess === undefined) expect(at).toBeGreaterThan(starts.at(-2) as number);
        else expect(starts).toContain(at + guess);
      },
    ),
  );
});

it('does not tell where records are cut short', () => {
  const bytes = Buffer.from(`x"\n${'1,2\n'.repeat(3)}`);
  expect(guessRecordStart(bytes, 2, false)).toBeUndefined();
  expect(guessRecordStart(bytes, 2, true)).toBe(3);
});
