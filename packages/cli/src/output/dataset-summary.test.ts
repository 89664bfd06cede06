import { CorrectnessMatrix, MISSING, Random } from '@embedllm/core';
import { expect, it } from 'vitest';
import { formatSummary, summarizeDataset } from './dataset-summary.js';

/** Easy and hard questions; the first model was asked the easy ones alone, and has most of them. */
function poolWithGaps() {
  const Q = 200;
  const random = new Random(1);
  const chances = [
    [0.95, Number.NaN],
    [0.97, 0.8],
    [0.9, 0.6],
    [0.8, 0.3],
  ] as const;
  const labels = Uint8Array.from({ length: Q * 4 }, (_, index) => {
    const chance = chances[index % 4]?.[Math.floor(index / 4) < Q / 2 ? 0 : 1] ?? 0;
    return Number.isNaN(chance) ? MISSING : random.uniform() < chance ? 1 : 0;
  });
  const models = ['easy only', 'strong', 'middling', 'weak'];
  const questions = Array.from({ length: Q }, (_, index) => `q${index}`);
  return {
    questions: questions.map((id) => ({ id, prompt: `What is ${id}?`, category: 'one' })),
    models: models.map((name) => ({ name })),
    correctness: new CorrectnessMatrix({ questions, models, labels }),
  };
}

it('ranks models over the same questions, not by their own', () => {
  const dataset = poolWithGaps();
  const summary = summarizeDataset(dataset);
  expect(summary.best?.name).toBe('strong');
  expect(summary.singleBest?.name).toBe('strong');
  expect(summary.worst?.name).toBe('weak');
  const text = formatSummary(summary);
  expect(text).toMatch(
    /^Models from \d\d\.\d% \[\d\d\.\d, \d\d\.\d\] \(weak\) to \d\d\.\d% \[.*\] \(strong\)\.$/m,
  );
  expect(text).toContain('estimated where a model was not asked');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

it('names the only model once', () => {
  const { questions, correctness } = poolWithGaps();
  const dataset = {
    ...{ questions, models: [{ name: 'strong' }] },
    correctness: correctness.selectModels([1]),
  };
  expect(formatSummary(summarizeDataset(dataset))).toMatch(
    /^The model's accuracy: \d\d\.\d% \[.*\] \(strong\)\.$/m,
  );
});

it('says nothing of models where no label is there', () => {
  const { questions, models } = poolWithGaps();
  const correctness = new CorrectnessMatrix({
    questions: questions.map(({ id }) => id),
    models: models.map(({ name }) => name),
  });
  expect(summarizeDataset({ questions, models, correctness })).toMatchObject({
    labels: 0,
    best: undefined,
    singleBest: undefined,
  });
});
