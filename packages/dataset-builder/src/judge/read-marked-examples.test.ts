import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readMarkedExamples } from './read-marked-examples.js';

const root = temporaryDirectory();

async function read(content: string) {
  const path = join(root, 'examples.csv');
  await writeFile(path, content);
  return readMarkedExamples(path);
}

it('finds the columns by their names', async () => {
  expect(await read('question,answer,correct\nWhy?,Because,yes\nHow?,So,0\n')).toEqual([
    { prompt: 'Why?', output: 'Because', key: undefined, outcome: 1 },
    { prompt: 'How?', output: 'So', key: undefined, outcome: 0 },
  ]);
  expect(await read('prompt;output;label;key\nWhy?;Because;1;B\n')).toMatchObject([{ key: 'B' }]);
});

it.each([
  [
    'prompt,output\na,b\n',
    /row 2: has no column of marks, such as outcome\. Available: prompt, output/,
  ],
  ['prompt,outcome\na,1\n', /has no column of answers/],
  ['prompt,output,outcome\na,b,0.5\n', /row 2, field outcome: must be right or wrong/],
  ['prompt,output,outcome\na,,1\n', /row 2, field output: must be a non-empty string/],
])('refuses %j', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});
