import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matrix } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTorchTensor } from '../src/index.js';

const GOLDEN = join(import.meta.dirname, 'golden');
const HEADER = 'prompt_id,model_id,category,label,prompt,model_name\n';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'published-embeddings-'));
  await writeFile(join(folder, 'train.csv'), `${HEADER}2,0,m,1,Two?,a\n0,0,m,0,Zero?,a\n`);
  await writeFile(join(folder, 'test.csv'), `${HEADER}1,0,m,1,One?,a\n`);
});
afterAll(() => rm(folder, { recursive: true }));

it('come with the tables of a folder laid out as the published data', async () => {
  // 0, 1/8, ... 11/8 as [3, 4]; see make-golden.py.
  await copyFile(join(GOLDEN, 'double.pth'), join(folder, 'question_embeddings.pth'));
  const { embeddings, questions, split } = await readEvaluationFolder(folder, { readTorchTensor });
  expect(questions.map(({ id }) => id)).toEqual(['0', '1', '2']);
  const rows = [0, 1, 2].map((row) => [0, 1, 2, 3].map((col) => (row * 4 + col) / 8));
  expect(embeddings).toEqual(Matrix.fromRows(rows));
  expect(split).toEqual({ train: [0, 2], val: [], test: [1] });
});

it('are refused by the name of their file where they are of other questions, or no tensor', async () => {
  const file = join(folder, 'question_embeddings.pth');
  await copyFile(join(GOLDEN, 'slice.pth'), file);
  const short = readEvaluationFolder(folder, { readTorchTensor });
  await expect(short).rejects.toMatchObject({ location: { file } });
  await expect(short).rejects.toThrow(/2 rows, and none for the question "2"/);
  await copyFile(join(GOLDEN, 'state-dict.pth'), file);
  const other = readEvaluationFolder(folder, { readTorchTensor });
  await expect(other).rejects.toMatchObject({ code: 'invalid-data', location: { file } });
});
