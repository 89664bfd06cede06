import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readQuestionSplit } from './read-question-split.js';

const path = join(temporaryDirectory(), 'splits.csv');
const IDS = ['a', 'b', 'c', 'd'];

describe('readQuestionSplit', () => {
  it('gives ascending indices into the ids, whatever the order of the file', async () => {
    await writeFile(path, 'split,prompt_id\ntest,d\ntrain,c\nval,b\ntrain,a\n');
    expect(await readQuestionSplit(path, IDS)).toEqual({
      train: [0, 2],
      validation: [1],
      test: [3],
    });
  });

  it('reads validation as what it is elsewhere called, val', async () => {
    await writeFile(path, 'prompt_id,split\na,validation\nb,val\nc,train\nd,test\n');
    expect(await readQuestionSplit(path, IDS)).toEqual({
      train: [2],
      validation: [0, 1],
      test: [3],
    });
  });

  it.each([
    { what: 'an unknown question', lines: ['a,train', 'x,train'], row: 3, field: 'prompt_id' },
    { what: 'an unknown part', lines: ['a,train', 'b,dev'], row: 3, field: 'split' },
    { what: 'a part named as objects name theirs', lines: ['a,__proto__'], row: 2, field: 'split' },
    { what: 'an empty part', lines: ['a,'], row: 2, field: 'split' },
    {
      what: 'a repeated question',
      lines: ['a,train', 'b,val', 'a,train'],
      row: 4,
      field: 'prompt_id',
    },
    { what: 'missing questions', lines: ['a,train', 'c,test'], row: undefined, field: 'prompt_id' },
  ])('refuses $what', async ({ lines, row, field }) => {
    await writeFile(path, `prompt_id,split\n${lines.join('\n')}\n`);
    const error = await readQuestionSplit(path, IDS).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty('location', { file: path, row, field });
  });

  it('names the questions that are missing', async () => {
    await writeFile(path, 'prompt_id,split\na,train\nc,test\n');
    await expect(readQuestionSplit(path, IDS)).rejects.toThrow(
      '2 of 4 questions are not in any part: "b", "d".',
    );
  });

  it('refuses ids that are not unique', async () => {
    await writeFile(path, 'prompt_id,split\na,train\n');
    await expect(readQuestionSplit(path, ['a', 'a'])).rejects.toHaveProperty(
      'code',
      'invalid-argument',
    );
  });

  it('stops when aborted', async () => {
    await expect(readQuestionSplit(path, IDS, { signal: AbortSignal.abort('no') })).rejects.toBe(
      'no',
    );
  });
});
