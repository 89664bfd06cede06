import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Matrix, writeNpy } from '@embedllm/core';
import { beforeAll, expect, it } from 'vitest';
import { embedllm, embedllmJson, scratchFolder, writeSmallPool } from './command-line.js';

const SETTINGS = ['--dimensions', '16', '--ridges', '1', '--ranks', '2', '--poolings', '0.5'];
const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
  await run('build', 'raw');
});

const run = (...argv: string[]) => embedllmJson(folder, argv);

it('an artifact that was trained with categories is evaluated, routed and added to by text', async () => {
  const trained = await run('train', '--categories', ...SETTINGS);
  expect(trained.encoder).toMatchObject({ id: 'categories:lsa', dimensions: 26 });
  expect(trained.training.settings).toMatchObject({ categoryStrength: 1 });
  const evaluated = await run('evaluate');
  expect(evaluated.trainingData).toBe('same');
  expect(evaluated.metrics.logLoss).toBeCloseTo(trained.metrics.test.logLoss, 6);
  const { stdout, code } = await embedllm(folder, ['route', 'What is 17 * 23?', '--json']);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('model') });
  const answers = ['prompt_id,label', ...Array.from({ length: 10 }, (_, i) => `${i},${i % 2}`)];
  await writeFile(join(folder, 'answers.csv'), `${answers.join('\n')}\n`);
  await run('add-model', '--name', 'late', '--answers', 'answers.csv', '-o', 'grown');
});

it('tries categories by itself, and says what it chose and why', async () => {
  const argv = ['train', '-o', 'chosen', ...SETTINGS];
  const { chosen, training, encoder } = await run(...argv);
  const { categories: tried } = chosen;
  expect(tried.map(({ strength }: { strength?: number }) => strength)).toEqual([undefined, 1, 10]);
  const { categoryStrength: strength } = training.settings;
  expect([undefined, 1, 10]).toContain(strength);
  expect(encoder.id).toBe(strength === undefined ? 'lsa' : 'categories:lsa');
  const { stdout } = await embedllm(folder, argv);
  expect(stdout).toMatch(
    /Uses (only the text|categories, strength \d+): chosen by log loss on validation with .*: text alone 0\.\d{4}, strength 1 0\.\d{4} \(0\.\d{4} known\), /,
  );
  const { code, stderr } = await embedllm(folder, ['train', '--categories', 'ever']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('never') });
});

it('leaves categories alone when it is told to', async () => {
  const argv = ['train', '--categories', 'never', '-o', 'texts', ...SETTINGS];
  const { chosen, encoder } = await run(...argv);
  expect(chosen.categories).toBeUndefined();
  expect(encoder.id).toBe('lsa');
});

it('categories are refused for vectors of unknown origin', async () => {
  const vectors = new Matrix(
    240,
    3,
    new Float32Array(720).map((_, index) => Math.sin(index)),
  );
  await writeFile(join(folder, 'vectors.npy'), writeNpy(vectors));
  const foreign = ['train', '--categories', '--embeddings', 'vectors.npy', '-o', 'other'];
  const { code, stderr } = await embedllm(folder, foreign);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/--categories needs vectors with a known encoder/);
  const { chosen } = await run(
    'train',
    '--embeddings',
    'vectors.npy',
    '-o',
    'other',
    ...SETTINGS.slice(2),
  );
  expect(chosen.categories).toBeUndefined();
});
