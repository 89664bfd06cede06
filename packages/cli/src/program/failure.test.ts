import { describe, expect, it } from 'vitest';
import { describeFailure } from './failure.js';

describe('describeFailure', () => {
  it('takes a lack of memory for what the machine lacks, not for a defect', () => {
    const allocate = (): unknown => {
      try {
        return new Float64Array(2 ** 40);
      } catch (error) {
        return error;
      }
    };
    expect(describeFailure(allocate())).toMatchObject({
      exitCode: 4,
      code: 'out-of-memory',
      message: expect.stringMatching(/^Out of memory \(.+\)\. .*--dimensions/),
    });
  });

  it('takes a full disk under a database for one', () => {
    const error = new Error('Could not write file "x.wal": No space left on device');
    expect(describeFailure(error)).toMatchObject({ exitCode: 3, code: 'io' });
  });

  it('takes anything unknown for a defect', () => {
    expect(describeFailure(new RangeError('Invalid count'))).toMatchObject({ exitCode: 70 });
  });
});
