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

it('numbers questions, and omits missing fields', async () => {
  expect(await readQuestions(await file('prompt\nOne?\nTwo?\n'))).toEqual([
    { id: '1', prompt: 'One?', category: 'uncategorized', key: undefined, scorer: undefined },
    { id: '2', prompt: 'Two?', category: 'uncategorized', key: undefined, scorer: undefined },
  ]);
  const odd = await file('text,solution\nOne?,1\n');
  const options = { promptColumn: 'text', keyColumn: 'solution' };
  expect(await readQuestions(odd, options)).toMatchObject([{ prompt: 'One?', key: '1' }]);
});

it.each([
  [
    'prompt,scorer\nx,numbers\n',
    {},
    /row 2, field scorer: unknown scorer "numbers"\. Did you mean "number"\?.+choice/,
  ],
  ['id,prompt\na,x\na,y\n', {}, /row 3, field id: the question "a" already occurs in row 2/],
  ['id,prompt\na,\n', {}, /row 2, field prompt: the question has no text/],
  ['one,two\na,b\n', {}, /which column is the text.+"one", "two".+promptColumn/],
  [
    'prompt\nx\n',
    { keyColumn: 'gold' },
    /field gold: the column is missing. The table has "prompt"/,
  ],
  ['prompt\n', {}, /no questions|no record/],
  [
    'prompt,key,scorer\nOne?,1,number\nTwo?,two,number\n',
    {},
    /row 3, field key: The key "two" is not one number\. Correct it, or use a scorer other than number/,
  ],
  ['prompt,key\nOne?,1\n', { scorer: 'choice' }, /field key: The key "1" is not a letter/],
  ['prompt,key\nOne?,{1\n', { scorer: 'json' }, /field key: The key is not JSON/],
  ['prompt,key\nOne?,(1\n', { scorer: 'regex' }, /The key \(1 is not a regular expression/],
  ['prompt,key\nOne?,f(1)\n', { scorer: 'python-literal' }, /is not a literal of Python/],
  [
    'prompt,key,scorer\nOne?,1,number\nTwo?,,number\n',
    {},
    /row 3, field key: has no correct answer for the scorer number to compare with/,
  ],
  ['prompt\nOne?\n', { scorer: 'exact' }, /row 2.*: has no correct answer for the scorer exact/],
] as const)('refuses %j', async (content, options, message) => {
  await expect(readQuestions(await file(content), options)).rejects.toThrow(message);
});

it('takes every key that its scorer can compare with', async () => {
  const rows = [
    ...['a,B,choice', 'b,"1,234.5",number', 'c,"[1, 2]",python-literal', 'd,"[1]",json'],
    ...['e,/x+/i,regex', 'f,y,exact', 'g,\\frac{1}{2},latex', 'h,anything at all,javascript'],
  ];
  const table = await file(`prompt,key,scorer\n${rows.join('\n')}\n`);
  expect(await readQuestions(table)).toHaveLength(rows.length);
});
