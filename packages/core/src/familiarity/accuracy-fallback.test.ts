import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matrix } from '../matrix/matrix.js';
import { FactorizationModel } from '../model/factorization-model.js';
import { type AccuracyFallback, fallbackLogits, mixLogits, weightAt } from './accuracy-fallback.js';
import { familiarLogits } from './familiar-logits.js';
import { restoreFamiliarity } from './familiarity.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const fallback: AccuracyFallback = { below: 0.5, weight: 0.25, models: ['b'], logits: [-3] };

describe('weightAt', () => {
  it('rises evenly from the weight to 1, where text decides alone', () => {
    expect([0, 0.25, 0.5, 1].map((at) => weightAt(at, fallback))).toEqual([0.25, 0.625, 1, 1]);
    expect(weightAt(0)).toBe(1);
    const late = { ...fallback, weight: -1 };
    expect([0, 0.25, 0.375, 0.5].map((at) => weightAt(at, late))).toEqual([0, 0, 0.5, 1]);
  });
});

describe('mixLogits', () => {
  it('leaves logits at a weight of 1, and forgets the text at 0', () => {
    fc.assert(
      fc.property(fc.float({ min: -9, max: 9, noNaN: true }), share, (mean, weight) => {
        const logits = Float32Array.of(2, -1);
        mixLogits(logits, weight, (m) => (m === 0 ? mean : undefined));
        expect(logits[0]).toBeCloseTo(weight * 2 + (1 - weight) * mean, 5);
        // The mean accuracy of the other is not known.
        expect(logits[1]).toBe(-1);
      }),
    );
  });
});

describe('a fallback', () => {
  it('is kept in the record, and mixed into what familiarLogits gives, by name', () => {
    const scale = { usual: 1e-9, quantiles: [0, 1] };
    const familiarity = restoreFamiliarity({
      ...{ version: 1, calibratedOn: 'validation', questions: 9, center: [0], variance: 0 },
      ...{ clusters: [[0]], closeness: scale, coverage: scale, fallback },
    });
    expect(familiarity.record.fallback).toEqual(fallback);
    expect(fallbackLogits(familiarity.record.fallback)).toEqual(new Map([['b', -3]]));
    const model = new FactorizationModel({
      models: ['a', 'b'],
      modelEmbeddings: Matrix.fromRows([[1], [1]]),
      projection: Matrix.fromRows([[1]]),
      projectionBias: Float32Array.of(0),
      classifier: Matrix.fromRows([[0], [1]]),
      classifierBias: Float32Array.of(0, 0),
    });
    const embeddings = Matrix.fromRows([[1], [1]]);
    const { logits } = familiarLogits({ model, familiarity, embeddings, coverage: [0.25, 0.75] });
    // Half way to `below` text has the weight 0.625; the model "a" has no mean accuracy.
    expect([...logits.data].map((z) => Number(z.toFixed(5)))).toEqual([1, -0.5, 1, 1]);
  });
});
