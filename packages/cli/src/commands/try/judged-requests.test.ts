import { Random } from '@embedllm/core';
import type { DecisionRecord } from '@embedllm/dataset-builder/collect';
import { describe, expect, it } from 'vitest';
import { judgedRequests } from './judged-requests.js';

const candidates = [
  { model: 'large', probability: 0.8, expectedCostUsd: 0.01 },
  { model: 'small', probability: 0.7, expectedCostUsd: 0.001 },
];
const base = { row: 1, id: 'r', promptId: 'p', candidates, model: 'large', chosen: 'large' };
const judged = (...decisions: Partial<DecisionRecord>[]) =>
  judgedRequests(
    decisions.map((decision) => ({ ...base, ...decision })),
    ['large', 'small'],
  );

describe('decisions that were judged', () => {
  it('include requests that two models answered, with their scores unchanged', () => {
    const outcomes = { first: 1, second: 0 };
    const second = { id: 's', model: 'small', outcome: 0, outcomes, costUsd: 0.002 };
    const found = judged({ isShadow: true, chosen: 'small', outcome: 1, costUsd: 0.02, second });
    expect([found.estimate(0, 0), found.estimate(0, 1)]).toEqual([1, 0]);
    expect([found.outcome(0, 0), found.outcome(0, 1)]).toEqual([1, 0]);
    expect([found.costUsd(0, 0), found.costUsd(0, 1)]).toEqual([0.02, 0.002]);
    expect(found).toMatchObject({ marks: 2, pairs: 1, leftOut: {} });
  });

  it('include explored requests, whose estimates are unbiased whatever the router predicts', () => {
    const random = new Random(1);
    const explored = Array.from({ length: 20_000 }, (): Partial<DecisionRecord> => {
      const isSmall = random.uniform() < 0.2;
      const outcome = Number(random.uniform() < (isSmall ? 0.35 : 0.9));
      const model = isSmall ? 'small' : 'large';
      return { model, chosen: model, propensity: isSmall ? 0.2 : 0.8, outcome };
    });
    const { estimate, outcome } = judged(...explored);
    const mean = (m: number): number =>
      explored.reduce((sum, _, n) => sum + estimate(n, m) / explored.length, 0);
    expect(Math.abs(mean(0) - 0.9)).toBeLessThan(0.015);
    expect(Math.abs(mean(1) - 0.35)).toBeLessThan(0.04);
    const other = explored[0]?.model === 'large' ? 1 : 0;
    expect(outcome(0, other)).toBeUndefined();
  });

  it('exclude all other requests', () => {
    const { leftOut, prompts } = judged(
      { chosen: undefined },
      { propensity: 0.5 },
      { propensity: 1, outcome: 1 },
      { propensity: 0.5, outcome: 1, model: 'small' },
      { isShadow: true, outcome: 1 },
      { isShadow: true, outcome: 1, second: { id: 's', model: 'small', outcome: 1 } },
      { candidates: candidates.slice(0, 1), outcome: 1, propensity: 0.5 },
    );
    expect(prompts).toEqual([]);
    expect(leftOut).toEqual({
      'not routed': 1,
      'without an outcome': 1,
      certain: 1,
      'answered by another model than the chosen one': 1,
      'without an outcome of a second model': 1,
      'whose two answers were judged by different sources': 1,
      'without small among its candidates': 1,
    });
  });
});
