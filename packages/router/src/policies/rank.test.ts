import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankModels } from './rank.js';

describe('rankModels', () => {
  it('agrees with sorting everything and cutting', () => {
    // Few distinct values, so that ties are common; up to 80 models, so that both ways are taken.
    const values = fc.array(
      fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 2 })),
      {
        minLength: 1,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 90 }), fc.nat(), (pairs, top, mask) => {
        const admitted = [...pairs.keys()].filter((index) => (mask >> (index % 31)) % 2 === 0);
        const logits = Float32Array.from(pairs, ([logit]) => logit);
        const prices = pairs.map(([, price]) => price);
        const expected = admitted
          .map((index) => ({
            index,
            logit: logits[index]!,
            price: prices[index]!,
          }))
          .sort((a, b) => a.price - b.price || b.logit - a.logit || a.index - b.index)
          .slice(0, top)
          .map(({ index }) => index);
        const cheaper = (a: number, b: number): number => prices[a]! - prices[b]!;
        expect(rankModels(admitted, logits, cheaper, top)).toEqual(expected);
      }),
    );
  });

  it('tells logits apart whose probabilities round to 1', () => {
    expect(rankModels([0, 1, 2], Float32Array.of(40, 50, 45), () => 0, 3)).toEqual([1, 2, 0]);
  });
});
