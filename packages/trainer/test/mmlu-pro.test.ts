import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applySplit, compareWithModel, Matrix, routeAll, singleBest } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { describe, expect, it } from 'vitest';
import { fitCategoryMeans } from '../src/index.js';

const folder =
  process.env.EMBEDLLM_MMLU_PRO ??
  fileURLToPath(new URL('../../../../shared/data/mmlu-pro', import.meta.url));

describe.skipIf(!existsSync(folder))('the single best on MMLU-Pro', () => {
  it('is gemini-1.5-pro-002, and category means are no better', async () => {
    const { correctness, questions, split } = await readEvaluationFolder(folder);
    if (!split) throw new Error('MMLU-Pro comes with a split.');
    const categories = questions.map(({ category }) => category);
    const { train, test } = applySplit({ correctness, categories }, split);
    const best = singleBest(train.correctness);
    expect(correctness.models[best.model]).toBe('gemini-1.5-pro-002');
    // DeepSeek-Coder-V2 lacks 14% of the questions, nearly all of them hard.
    expect(best.candidates).toBe(28);
    const means = await fitCategoryMeans({
      train,
      categories: train.categories,
    }).predictProbabilities(new Matrix(split.test.length, 1), { categories: test.categories });
    const truth = test.correctness;
    const comparison = compareWithModel({
      chosen: routeAll(means, truth),
      truth,
      model: best.model,
    });
    expect(comparison?.questions).toBe(1201);
    expect(comparison?.fixed).toBeCloseTo(0.7077, 4);
    expect(comparison?.difference.mean).toBeCloseTo(0.0142, 3);
    expect(comparison?.difference.verdict).toBe('no better');
  });
});
