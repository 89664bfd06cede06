import { logLoss } from '@embedllm/core';
import { expect, it } from 'vitest';
import { type LabelledSet, trainDirect, trainWithCategories } from '../src/index.js';
import { hasZeroEval, readZeroEval } from './zeroeval.js';

it.skipIf(!hasZeroEval)('categories of ZeroEval tell more than its texts alone', async () => {
  const { folder, parts } = await readZeroEval();
  const of = new Map(folder.questions.map(({ id, category }) => [id, category]));
  const categoriesOf = ({ correctness }: LabelledSet): string[] =>
    correctness.questions.map((id) => of.get(id) ?? '');
  const { train, test } = parts();
  // What validation chooses for the text alone.
  const settings = { ridges: [3], poolings: [0.5], ranks: [6] };
  const plain = await trainDirect({ train, ...settings });
  const { model, indicators } = await trainWithCategories({
    train: { ...train, categories: categoriesOf(train) },
    ...settings,
  });
  const { embeddings, correctness } = test;
  const text = logLoss(plain.model.predictProbabilities(embeddings), correctness);
  const known = indicators.append(embeddings, categoriesOf(test));
  const inferred = indicators.append(embeddings);
  expect(logLoss(model.predictProbabilities(known), correctness)).toBeLessThan(text - 0.012);
  expect(logLoss(model.predictProbabilities(inferred), correctness)).toBeLessThan(text - 0.003);
});
