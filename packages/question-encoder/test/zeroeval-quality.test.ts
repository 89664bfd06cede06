import { accuracy, auroc, type Matrix } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitLsaEncoder, type LsaEncoder } from '../src/index.js';
import { nearestNeighbours } from './support/nearest-neighbours.js';
import { hasZeroEval, readZeroEval, type ZeroEval } from './support/zeroeval.js';

describe.skipIf(!hasZeroEval)('LSA on the ZeroEval questions', () => {
  let data: ZeroEval;
  let encoder: LsaEncoder;
  let vectors: Matrix;

  beforeAll(async () => {
    data = readZeroEval();
    encoder = await fitLsaEncoder({ texts: data.split.train.map((index) => data.prompts[index]!) });
    vectors = await encoder.encode(data.prompts);
  }, 120_000);

  function measure(embeddings: Matrix): { accuracy: number; auroc: number } {
    const predictions = nearestNeighbours(data, embeddings, 'test', 131);
    const truth = data.correctness.selectQuestions(data.split.test);
    return {
      accuracy: accuracy(predictions, truth),
      auroc: auroc(predictions, truth) ?? Number.NaN,
    };
  }

  it('predicts correctness as well as the fixed embeddings do', () => {
    const fixed = measure(data.embeddings);
    // The baseline itself must come out as published, or the comparison says nothing.
    expect(fixed.accuracy).toBeCloseTo(data.reference.accuracy, 3);
    expect(fixed.auroc).toBeCloseTo(data.reference.auroc, 3);
    const own = measure(vectors);
    expect(own.accuracy).toBeGreaterThan(fixed.accuracy - 0.01);
    expect(own.auroc).toBeGreaterThan(fixed.auroc - 0.01);
  });

  it('gives every question a unit vector', () => {
    expect(encoder.dimensions).toBe(256);
    for (let row = 0; row < vectors.rows; row++) {
      const square = vectors.row(row).reduce((sum, value) => sum + value * value, 0);
      expect(square).toBeCloseTo(1, 5);
    }
  });
});
