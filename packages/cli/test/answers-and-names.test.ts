import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Matrix } from '@embedllm/core';
import { writeMatrixFile } from '@embedllm/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder, writeSmallPool } from './command-line.js';

const QUICK = ['--encoder', 'hashing', '--dimensions', '8', '--ridges', '1', '--ranks', '0'];
const COMMA = 'org/model, the second';

let folder: string;
let remove: () => Promise<void>;
/** The id of the first question. */
let id: string;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await mkdir(join(folder, 'dataset'));
  await writeSmallPool(join(folder, 'dataset'));
  const [, row = ''] = (await readFile(join(folder, 'dataset/questions.csv'), 'utf8')).split('\n');
  id = row.slice(0, row.indexOf(','));
  expect((await embedllm(folder, ['train', ...QUICK])).code).toBe(0);
});
afterAll(() => remove());

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
  it('says how vectors beside the tables are taken, and what an artifact of them lacks', async () => {
    await cp(join(folder, 'dataset'), join(folder, 'with'), { recursive: true });
    const vectors = new Matrix(240, 2);
    for (let row = 0; row < 240; row++) vectors.row(row).set([row % 3, row % 5]);
    await writeMatrixFile(join(folder, 'with/embeddings.npy'), vectors);
    const argv = ['train', '--data', 'with', '-o', 'of-npy', '--ridges', '1', '--ranks', '0'];
    const anew = await embedllm(folder, argv);
    expect(anew.stderr).toContain('--embeddings with/embeddings.npy takes these vectors.');
    expect(anew.stdout).toContain('(lsa, ');
    const taken = await embedllm(folder, [...argv, '--embeddings', 'with/embeddings.npy']);
    expect(taken.stderr).not.toContain('takes these vectors');
    expect(taken.stdout).toMatch(/\(external, 2 dimensions\)\nWhat made its vectors is unknown/);

    await writeMatrixFile(join(folder, 'with/embeddings.npy'), new Matrix(239, 2));
    expect((await embedllm(folder, argv)).stderr).toMatch(/embeddings\.npy.*239/);
  });
});
