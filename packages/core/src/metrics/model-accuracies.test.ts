import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { modelAccuracies, singleBest } from './model-accuracies.js';

const truth = labelsOf([
  [1, null, 0, 1],
  [0, null, 1, null],
  [1, null, 1, null],
]);

describe('modelAccuracies', () => {
  it('takes for each model the questions that it has a label for', () => {
    expect([...modelAccuracies(truth)]).toEqual([2 / 3, Number.NaN, 2 / 3, 1]);
  });
});

describe('singleBest', () => {
  it('is the model with the highest accuracy, the first on ties', () => {
    expect(singleBest(truth)).toEqual({ model: 3, accuracy: 1 });
    expect(singleBest(truth.selectModels([1, 2, 0]))).toEqual({ model: 1, accuracy: 2 / 3 });
  });

  it('can pass over models with few labels', () => {
    expect(singleBest(truth, { minimumLabels: 2 })).toEqual({ model: 0, accuracy: 2 / 3 });
    expect(() => singleBest(truth, { minimumLabels: 4 })).toThrow(/No model has 4 labels/);
  });

  it('finds a model even where all answers are incorrect', () => {
    expect(singleBest(labelsOf([[null, 0]]))).toEqual({ model: 1, accuracy: 0 });
  });

  it('refuses to choose without labels, or with a senseless minimum', () => {
    expect(() => singleBest(labelsOf([[null]]))).toThrow(
      expect.objectContaining({ code: 'invalid-data' }),
    );
    for (const minimumLabels of [0, 1.5, Number.NaN]) {
      expect(() => singleBest(truth, { minimumLabels })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});
