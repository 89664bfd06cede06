import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Matrix } from '@embedllm/core';
import { writeMatrixFile } from '@embedllm/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const QUICK = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];
const COMMA = 'org/model, the second';

const folder = scratchFolder();
/** The id of the first question. */
let id: string;

beforeAll(async () => {
  await writeSmallPool(join(folder, 'dataset'));
  const [, row = ''] = (await readFile(join(folder, 'dataset/questions.csv'), 'utf8')).split('\n');
  id = row.slice(0, row.indexOf(','));
  expect((await embedllm(folder, ['train', ...QUICK])).code).toBe(0);
});

describe('add-model', () => {
  const add = (answers: string, output: string): string[] => [
    ...['add-model', '--name', COMMA, '--answers', answers, '-o', output, '--json'],
  ];

  it('refuses contradictory answers to one question, and counts a repeated one once', async () => {
    await writeFile(join(folder, 'both.csv'), `prompt_id,label\n${id},1\n${id},0\n`);
    const both = await embedllm(folder, add('both.csv', 'no-artifact'));
    expect(JSON.parse(both.stdout)).toMatchObject({
      error: { code: 'conflicting-labels', location: { file: 'both.csv', row: 3 } },
    });
    expect(both.code).toBe(3);
    await writeFile(join(folder, 'twice.csv'), `prompt_id,label\n${id},1\n${id},1\n`);
    const twice = await embedllm(folder, add('twice.csv', 'added'));
    expect(JSON.parse(twice.stdout)).toMatchObject({ answers: 1, models: 9 });
  });

  it('learns a model again with --replace, and names the flag where the name is taken', async () => {
    await writeFile(join(folder, 'again.csv'), `prompt_id,label\n${id},1\n`);
    const again = ['add-model', '--name', 'maple-4b', '--answers', 'again.csv', '-o', 'again'];
    const taken = await embedllm(folder, again);
    expect(taken.stderr).toMatch(/has a model "maple-4b" already.*--replace.*--name/);
    expect(taken.code).toBe(2);
    const replaced = await embedllm(folder, [...again, '--replace', '--json']);
    expect(JSON.parse(replaced.stdout)).toMatchObject({ models: 8 });
  });

  it('takes tables as build does: of several models, on a scale, with a threshold', async () => {
    await writeFile(join(folder, 'judged.txt'), `id;llm;grade\n${id};gpt;9\n${id};llama;2\n`);
    const scale = ['--answers', 'judged.txt', '--scale', '1..10', '--separator', ';'];
    const unnamed = await embedllm(folder, ['add-model', ...scale, '-o', 'scaled']);
    expect(unnamed.stderr).toMatch(
      /judged\.txt has answers from 2 models \(gpt, llama\)\. Choose one with --name/,
    );
    const argv = ['add-model', ...scale, '--name', 'gpt', '-o', 'scaled', '--json'];
    const graded = await embedllm(folder, argv);
    expect(JSON.parse(graded.stdout).meanOutcome).toBeCloseTo(8 / 9);
    const right = await embedllm(folder, [...argv, '--threshold', '8']);
    expect(JSON.parse(right.stdout).meanOutcome).toBe(1);
    const forecast = ['forecast', ...scale, '--model', 'llama', '--abilities', '1'];
    const grades = await embedllm(folder, forecast);
    expect(grades.stderr).toMatch(/row 3: .*--threshold/);
    const { stdout, stderr } = await embedllm(folder, [...forecast, '--threshold', '5', '--json']);
    expect(stderr).not.toMatch(/error/);
    expect(JSON.parse(stdout).unknownQuestions).toBe(0);
  });

  it('makes a model whose name has a comma, which lists can name in quotes', async () => {
    await writeFile(join(folder, 'one.csv'), `prompt_id,label\n${id},1\n`);
    expect((await embedllm(folder, add('one.csv', 'comma'))).code).toBe(0);
    const ask = ['route', '-a', 'comma', '--json', 'What is 2 + 2?'];
    const only = await embedllm(folder, [...ask, '--allow', `"${COMMA}"`]);
    expect(JSON.parse(only.stdout)).toMatchObject({ model: { name: COMMA } });
    const none = await embedllm(folder, [...ask, '--allow', `"${COMMA}"`, '--deny', `"${COMMA}"`]);
    expect(none.code).toBe(1);
  });
});

describe('train', () => {
  it('says how vectors next to the tables are taken, and what an artifact of them lacks', async () => {
    await cp(join(folder, 'dataset'), join(folder, 'with'), { recursive: true });
    const vectors = new Matrix(240, 2);
    for (let row = 0; row < 240; row++) vectors.row(row).set([row % 3, row % 5]);
    await writeMatrixFile(join(folder, 'with/embeddings.npy'), vectors);
    const argv = ['train', '--data', 'with', '-o', 'of-npy', '--ridges', '1', '--ranks', '0'];
    const again = await embedllm(folder, argv);
    expect(again.stderr).toContain('Use --embeddings with/embeddings.npy for these vectors.');
    expect(again.stdout).toMatch(/\((categories:)?lsa, /);
    const taken = await embedllm(folder, [...argv, '--embeddings', 'with/embeddings.npy']);
    expect(taken.stderr).not.toContain('for these vectors');
    expect(taken.stdout).toMatch(
      /\(external, 2 dimensions\)\nThe encoder of its vectors is unknown/,
    );

    await writeMatrixFile(join(folder, 'with/embeddings.npy'), new Matrix(239, 2));
    expect((await embedllm(folder, argv)).stderr).toMatch(/embeddings\.npy.*239/);
  });
});
