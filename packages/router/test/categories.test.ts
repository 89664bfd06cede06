import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitQuestions } from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import {
  encoderRecord,
  fitLsaEncoder,
  restoreEncoder,
  withCategories,
} from '@embedllm/question-encoder';
import { simulatePool } from '@embedllm/simulated-pool';
import { trainWithCategories } from '@embedllm/trainer';
import { afterAll, expect, it } from 'vitest';
import { Router } from '../src/index.js';
import { Learner } from '../src/learning/index.js';

const { questions, models, correctness } = simulatePool({
  models: 8,
  questionsPerBenchmark: 30,
}).dataset;
const categories = questions.map(({ category }) => category);
const texts = questions.map(({ prompt }) => prompt);
const split = splitQuestions(categories, { seed: 0 });
const lsa = await fitLsaEncoder({
  texts: split.train.map((index) => texts[index] as string),
  dimensions: 32,
});
const embeddings = await lsa.encode(texts);
const { model, indicators, record } = await trainWithCategories({
  train: {
    embeddings: embeddings.selectRows(split.train),
    correctness: correctness.selectQuestions(split.train),
    categories: split.train.map((index) => categories[index] as string),
  },
  ridges: [1],
  ranks: [4],
});
const encoder = await withCategories(lsa, indicators);
const parent = await mkdtemp(join(tmpdir(), 'router-categories-'));
const folder = join(parent, 'artifact');
await savePretrained(folder, {
  model,
  models,
  encoder: encoderRecord(encoder),
  training: record,
  metrics: {},
});
afterAll(() => rm(parent, { recursive: true }));

it('an artifact with categories is loaded and routes texts, inferring what they are of', async () => {
  const router = await Router.fromPretrained(folder, { encoder: restoreEncoder });
  const [decision] = await router.routeMany([texts[0] as string]);
  const vectors = indicators.append(embeddings.selectRows([0]));
  const probabilities = model.predictProbabilities(vectors).row(0);
  expect(decision?.probability).toBeCloseTo(Math.max(...probabilities), 4);
});

it('a category that is known changes what is predicted of the same text', async () => {
  const router = Router.fromArtifact(await fromPretrained(folder), { encoder });
  const known = await encoder.encode([texts[0] as string, texts[0] as string], {
    categories: [categories[0], categories.find((category) => category !== categories[0])],
  });
  const { probabilities } = router.predict(known);
  expect(probabilities.row(0)).not.toEqual(probabilities.row(1));
  expect(router.routeEmbeddings(known)).toHaveLength(2);
});

it('a model is added from answers to texts, and the pool saved with it', async () => {
  const router = await Router.fromPretrained(folder, { encoder: restoreEncoder });
  const answers = split.validation.map((index) => ({
    question: texts[index] as string,
    outcome: 1,
  }));
  await new Learner(router).addModel('newcomer', answers);
  const { probabilities } = router.predict(await encoder.encode(texts));
  const mean = (column: number): number =>
    texts.reduce((sum, _, row) => sum + probabilities.at(row, column), 0) / texts.length;
  expect(mean(8)).toBeGreaterThan(Math.max(...models.map((_, column) => mean(column))));
  expect(router.toModel().questionDimensions).toBe(encoder.dimensions);
});

it('the encoder without categories is refused', async () => {
  const artifact = await fromPretrained(folder);
  expect(() => Router.fromArtifact(artifact, { encoder: lsa })).toThrow(
    expect.objectContaining({ code: 'encoder-mismatch' }),
  );
  await expect(new Router({ model }).route(new Float32Array(lsa.dimensions))).rejects.toMatchObject(
    { code: 'shape-mismatch' },
  );
});
