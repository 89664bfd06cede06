import { expect, it } from 'vitest';
import { commonEasiness } from './common-easiness.js';

it('makes as many right as there are', () => {
  const logits = [-1, 0, 1, 2];
  const outcomes = [1, 1, 1, 0];
  const offset = commonEasiness(logits, outcomes);
  const expected = logits.reduce((sum, logit) => sum + 1 / (1 + Math.exp(-logit - offset)), 0);
  expect((expected * 5) / 4).toBeCloseTo(3.5, 9);
  expect(commonEasiness([0.3, 0.3, 0.3], [1, 0, 1])).toBeCloseTo(Math.log(2.5 / 1.5) - 0.3, 9);
});

it('is finite where all answers are alike', () => {
  expect(commonEasiness([0, 0, 0], [1, 1, 1])).toBeCloseTo(Math.log(7), 9);
  expect(commonEasiness([], [])).toBe(0);
});
