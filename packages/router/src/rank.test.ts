import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankModels } from './rank.js';

describe('rankModels', () => {
  it('agrees with sorting everything and cutting', () => {
    // Few distinct values, so that ties are common; up to 80 models, so that both ways are taken.
    const logits = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 90 }), fc.nat(), (values, top, mask) => {
        const allowed = [...values.keys()].filter((index) => (mask >> (index % 31)) % 2 === 0);
        const expected = allowed
          .map((index) => ({ index, logit: values[index] as number }))
          .sort((a, b) => b.logit - a.logit || a.index - b.index)
          .slice(0, top)
          .map(({ index }) => index);
        expect(rankModels(Float32Array.from(values), allowed, top)).toEqual(expected);
      }),
    );
  });

  it('tells logits apart whose probabilities round to 1', () => {
    expect(rankModels(Float32Array.of(40, 50, 45), [0, 1, 2], 3)).toEqual([1, 2, 0]);
  });
});
