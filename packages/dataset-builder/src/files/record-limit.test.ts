import { constants } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { recordLimit, tooLong } from './record-limit.js';

describe('the longest record', () => {
  it('is as asked, and never longer than a text can be', () => {
    expect(recordLimit(undefined, 100)).toBe(100);
    expect(recordLimit(7, 100)).toBe(7);
    expect(recordLimit(2 ** 40, 100)).toBe(constants.MAX_STRING_LENGTH);
  });

  it('is to be raised only where that helps', () => {
    expect(tooLong('the line', 7).text).toMatch(
      /longer than 7 bytes\. Raise the option maxRecordBytes/,
    );
    expect(tooLong('the line', recordLimit(2 ** 40, 7)).text).toMatch(/the most that can be read/);
  });
});
