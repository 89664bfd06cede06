import {
  compareWithModel,
  evaluatePredictions,
  type ModelComparison,
  type PredictionMetrics,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { describe, expect, it } from 'vitest';
import { type LabelledSet, trainDirect } from '../src/index.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { hasZeroEval, readZeroEval } from './zeroeval.js';

async function measure(
  parts: Record<'train' | 'validation' | 'test', LabelledSet>,
): Promise<PredictionMetrics & { readonly comparison: ModelComparison | undefined }> {
  const { train, validation, test } = parts;
  const { model } = await trainDirect({ train, validation });
  const predictions = model.predictProbabilities(test.embeddings);
  const truth = test.correctness;
  const comparison = compareWithModel({
    chosen: routeAll(predictions, truth),
    truth,
    model: singleBest(train.correctness).model,
  });
  return { ...evaluatePredictions(predictions, truth), comparison };
}

// The published training reaches an accuracy of 0.763 to 0.767, an AUROC of 0.779 to 0.783 and a
// Brier score of 0.166 to 0.167 on this split: reference.json next to the data.
describe.skipIf(!hasZeroEval)('trainDirect on ZeroEval, settings chosen on validation', () => {
  it('reaches the published training on the embeddings that come with the data', async () => {
    const { parts } = await readZeroEval();
    const metrics = await measure(parts());
    expect(metrics.accuracy).toBeGreaterThanOrEqual(0.764);
    expect(metrics.auroc).toBeGreaterThanOrEqual(0.78);
    expect(metrics.brierScore).toBeLessThanOrEqual(0.166);
    // Best of the published runs: 0.5139.
    expect(metrics.logLoss).toBeLessThanOrEqual(0.5139);
  });

  it('is no more than 0.01 worse on the lsa encoder of this project', async () => {
    const { folder, parts } = await readZeroEval();
    const prompts = folder.questions.map((question) => question.prompt);
    const encoder = await fitLsaEncoder({
      texts: (folder.split?.train ?? []).map((index) => prompts[index] as string),
    });
    const metrics = await measure(parts(await encoder.encode(prompts)));
    expect(metrics.accuracy).toBeGreaterThanOrEqual(0.764 - 0.01);
    expect(metrics.auroc).toBeGreaterThanOrEqual(0.78 - 0.01);
    expect(metrics.brierScore).toBeLessThanOrEqual(0.166 + 0.01);
    // It routes no better than always asking o1-mini, one question of 284 below it.
    const { comparison } = metrics;
    expect(folder.correctness.models[comparison?.model ?? -1]).toBe('o1-mini-2024-09-12');
    expect(comparison).toMatchObject({ questions: 284, gapClosed: undefined });
    expect(comparison?.fixed).toBeCloseTo(0.9296, 4);
    expect(comparison?.difference.verdict).toBe('no better');
    expect(comparison?.difference.mean).toBeCloseTo(-0.0035, 2);
    expect(comparison?.difference.lower).toBeCloseTo(-0.024, 2);
    expect(comparison?.difference.upper).toBeCloseTo(0.017, 2);
  });
});

describe.skipIf(!hasZeroEval)('trainAdam on ZeroEval', () => {
  it('comes within 0.005 of the published accuracy and AUROC in ten epochs at 0.001', async () => {
    const { train, test } = (await readZeroEval()).parts();
    const backend = await resolveBackend({ prefer: ['wasm'] });
    const { model } = await trainAdam({ train, backend, learningRate: 1e-3, epochs: 10 });
    const metrics = evaluatePredictions(
      model.predictProbabilities(test.embeddings),
      test.correctness,
    );
    // Means of the three published runs, which take 50 epochs.
    expect(Math.abs(metrics.accuracy - 0.7659)).toBeLessThan(0.005);
    expect(Math.abs((metrics.auroc ?? 0) - 0.7822)).toBeLessThan(0.005);
  });
});
