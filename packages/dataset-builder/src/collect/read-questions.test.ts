import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readQuestions } from './read-questions.js';

const root = temporaryDirectory();
let files = 0;

async function file(content: string, ending = 'csv'): Promise<string> {
  const path = join(root, `questions-${files++}.${ending}`);
  await writeFile(path, content);
  return path;
}

it('finds the columns by their names, in CSV of any separator and JSON', async () => {
  const question = {
    ...{ id: 'a', prompt: 'What is 2 + 2?', category: 'sums', key: '4', scorer: 'number' },
  };
  const semicolons = 'id;question;subject;answer;scorer\na;What is 2 + 2?;sums;4;number\n';
  expect(await readQuestions(await file(semicolons))).toEqual([question]);
  const jsonl =
    '{"question_id":"a","prompt":"What is 2 + 2?","category":"sums","key":4,"scorer":"number"}\n';
  expect(await readQuestions(await file(jsonl, 'jsonl'))).toEqual([question]);
});

it('numbers questions, and leaves out what there is not', async () => {
  expect(await readQuestions(await file('prompt\nOne?\nTwo?\n'))).toEqual([
    { id: '1', prompt: 'One?', category: 'uncategorized', key: undefined, scorer: undefined },
    { id: '2', prompt: 'Two?', category: 'uncategorized', key: undefined, scorer: undefined },
  ]);
  const odd = await file('text,solution\nOne?,1\n');
  const options = { promptColumn: 'text', keyColumn: 'solution' };
  expect(await readQuestions(odd, options)).toMatchObject([{ prompt: 'One?', key: '1' }]);
});

it.each([
  ['prompt,scorer\nx,numbers\n', {}, /row 2, field scorer: unknown scorer "numbers".+choice/],
  ['id,prompt\na,x\na,y\n', {}, /row 3, field id: the question "a" is in row 2 already/],
  ['id,prompt\na,\n', {}, /row 2, field prompt: the question has no text/],
  ['one,two\na,b\n', {}, /which column is the text.+one, two.+promptColumn/],
  ['prompt\nx\n', { keyColumn: 'gold' }, /field gold: the column is missing. The table has prompt/],
  ['prompt\n', {}, /no questions|no record/],
])('refuses %j', async (content, options, message) => {
  await expect(readQuestions(await file(content), options)).rejects.toThrow(message);
});
