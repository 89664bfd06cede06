import { Matrix, Random } from '@embedllm/core';
import { expect, it } from 'vitest';
import { testPolicies } from './test-policies.js';

const REQUESTS = 200;

/** Every answer is good, and costs what nobody could know. */
async function found(confidence: number) {
  const random = new Random(1);
  const rows = Array.from({ length: REQUESTS }, () => [0.9, 0.6 + 0.3 * random.uniform()]);
  const actual = rows.map(() => [0.5 + random.uniform(), 0.1 * random.uniform()]);
  return await testPolicies({
    answers: {
      need: async () => undefined,
      outcome: () => 1,
      costUsd: (request, model) => actual[request]?.[model],
      isStopped: false,
    },
    predicted: {
      models: ['large', 'small'],
      probabilities: Matrix.fromRows(rows),
      costsUsd: Matrix.fromRows(rows.map(() => [1, 0.05])),
    },
    ...{ present: 0, share: 0.9, confidence, draws: 100, seed: 0 },
    prompts: rows.map((_, n) => `request ${n}`),
    shuffle: (pairs) => [...pairs],
  });
}

it('says what is saved with an interval of the confidence that was asked for', async () => {
  const [narrow, wide] = [await found(0.8), await found(0.99)];
  expect(narrow.passed?.switched).toBe(1);
  expect(narrow.savedPer1000?.value).toBe(wide.savedPer1000?.value);
  const width = ({ savedPer1000: saved }: typeof wide): number =>
    (saved?.upper ?? 0) - (saved?.lower ?? 0);
  // Quantiles of Student's t with 99 degrees of freedom: 2.63 and 1.29.
  expect(width(wide) / width(narrow)).toBeGreaterThan(1.9);
  expect(width(wide) / width(narrow)).toBeLessThan(2.2);
});
