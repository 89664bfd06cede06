import { expect, it } from 'vitest';
import { explore, preferring, utility, whenUnfamiliar, withinBudget } from '../index.js';
import { policyChoice } from './policy-choice.js';

const request = {
  models: ['a', 'b', 'c'].map((name) => ({ name })),
  logits: Float32Array.of(2, 1, 0),
  probabilities: Float64Array.of(0.88, 0.73, 0.5),
  costsUsd: Float64Array.of(0.1, 0.01, Number.NaN),
  inputTokens: undefined,
  familiarity: 0.001,
};

it('is what the router would choose', () => {
  expect(policyChoice([], request)).toBe(0);
  expect(policyChoice(utility({ lambda: 5 }), request)).toBe(1);
  expect(policyChoice(preferring({ model: 'c', margin: 0.5 }), request)).toBe(2);
  expect(policyChoice(whenUnfamiliar({ below: 0.01, use: 'b' }), request)).toBe(1);
  expect(policyChoice(whenUnfamiliar({ below: 0.01, use: 'gone' }), request)).toBe(0);
});

it('refuses to guess which model is the single best', () => {
  const policy = whenUnfamiliar({ below: 0.01 });
  expect(() => policyChoice(policy, request)).toThrow(/single best\. Name the model/);
});

it('leaves exploration out, and says where no model is left', () => {
  expect(policyChoice(explore({ epsilon: 1, seed: 0 }), request)).toBe(0);
  expect(policyChoice(withinBudget({ maxCostUsd: 0.001 }), request)).toBe(-1);
  expect(() => policyChoice([], { ...request, models: [] })).toThrow('no models');
});
