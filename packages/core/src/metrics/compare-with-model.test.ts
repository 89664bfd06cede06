import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { compareWithModel } from './compare-with-model.js';

// Twenty questions that both models were asked, twenty that the fixed model was not.
const truth = labelsOf(
  Array.from({ length: 40 }, (_, q) => [q < 20 ? (q % 2 ? 1 : 0) : null, q < 20 ? 1 : 0]),
);
const second = new Int32Array(40).fill(1);

describe('compareWithModel', () => {
  it('compares on the questions that the fixed model was asked', () => {
    const comparison = compareWithModel({ chosen: second, truth, model: 0 });
    expect(comparison).toMatchObject({
      questions: 20,
      routing: 1,
      fixed: 0.5,
      oracle: 1,
      gapClosed: 1,
      difference: { mean: 0.5, verdict: 'better' },
    });
  });

  it('reports a share of the gap only where the difference is not noise', () => {
    const chosen = second.map((model, q) => (q === 0 ? model : 0));
    const comparison = compareWithModel({ chosen, truth, model: 0 });
    expect(comparison?.difference).toMatchObject({ verdict: 'no better', questions: 20 });
    expect(comparison?.difference.mean).toBeCloseTo(1 / 20, 12);
    expect(comparison?.gapClosed).toBeUndefined();
  });

  it('leaves out questions without a choice that was asked', () => {
    const chosen = second.map((model, q) => (q < 15 ? -1 : model));
    expect(compareWithModel({ chosen, truth, model: 0 })?.questions).toBe(5);
    const none = second.map(() => -1);
    expect(compareWithModel({ chosen: none, truth, model: 0 })).toBeUndefined();
  });

  it('refuses a model that is not there and choices of other questions', () => {
    expect(() => compareWithModel({ chosen: second, truth, model: 2 })).toThrow(
      /no model with the index 2/,
    );
    expect(() => compareWithModel({ chosen: [0], truth, model: 0 })).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });
});
