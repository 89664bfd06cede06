import { describe, expect, it } from 'vitest';
import { describeUnseen } from './unseen-metrics.js';

const study = {
  ...{ categories: [], routing: 0.7, singleBest: 0.7, guarded: 0.7 },
  ...{ difference: undefined, guardedDifference: undefined },
  ...{ guard: { below: 0, margin: 0 }, trainings: 3, seconds: 1 },
};
const fallback = { models: ['a'], logits: [0] };

describe('what is said of unseen kinds of question', () => {
  it.each([
    [-0.5, 'the text counts for nothing where 90.0% are more familiar'],
    [0.25, 'the text counts for 25.0% where nothing is familiar'],
  ])('has no share below 0: weight %d', (weight, words) => {
    expect(describeUnseen({ ...study, fallback: { below: 0.3, weight, ...fallback } })).toContain(
      `less familiar than 70.0% of the training questions, probabilities are mixed with each model's accuracy: ${words}.`,
    );
  });
});
