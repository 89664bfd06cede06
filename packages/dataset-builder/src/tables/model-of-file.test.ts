import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAnswers } from '../answers/read-answers.js';
import { readTables } from './read-tables.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedllm-model-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, 'question,correct\nWhy?,1\nWho?,0\n');
  return file;
}

it('names the model of a table after its file, without white space and endings', async () => {
  const file = await write('gpt-5.csv');
  expect((await readTables(file, { model: '{file}' })).models).toEqual([{ name: 'gpt-5' }]);
  expect((await readTables(file, { model: ' my {file} ' })).models).toEqual([{ name: 'my gpt-5' }]);
});

it.each([
  ['', 'table.csv', /name of the model is empty\. Give one with model: 'NAME'/],
  [' ', 'table.csv', /name of the model is empty\./],
  ['{file}', '.csv', /name of the model is empty for the file .*\.csv\. Give one/],
])('refuses the name "%s" for %s', async (model, name, message) => {
  const file = await write(name);
  await expect(readTables(file, { model })).rejects.toThrow(message);
});

it('says nothing of a model where answers need none', async () => {
  const file = await write('answers.csv');
  let understood = '';
  const answers = await readAnswers(file, {
    onTable: (table) => {
      understood = table.understood;
    },
  });
  expect(answers.map(({ model }) => model)).toEqual([undefined, undefined]);
  expect(understood).toBe(
    `Read ${file} as question=question, prompt=question, label=correct (1/0)`,
  );
});
