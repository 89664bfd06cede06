import { FactorizationModel, Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { Router } from '../router.js';
import { WindowBudget } from './window-budget.js';

const axes = Matrix.fromRows([
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]);
const router = new Router({
  model: new FactorizationModel({
    models: ['large', 'middle', 'small'],
    modelEmbeddings: axes,
    projection: axes,
    projectionBias: new Float32Array(3),
    classifier: Matrix.fromRows([
      [0, 0, 0],
      [1, 1, 1],
    ]),
    classifierBias: new Float32Array(2),
  }),
  models: [
    { name: 'large', pricePerMillionOutputTokens: 10, meanOutputTokens: 1000 },
    { name: 'middle', pricePerMillionOutputTokens: 1, meanOutputTokens: 1000 },
    { name: 'small', pricePerMillionOutputTokens: 0.1, meanOutputTokens: 1000 },
  ],
});

/** A day of 2,000 requests; the large model gains between 0 and 0.35 over the middle one. */
function day(budget: WindowBudget, clock: { ms: number }, seed: number) {
  const random = new Random(seed);
  const spent: number[] = [];
  let quality = 0;
  let large = 0;
  for (let request = 0; request < 2000; request++) {
    clock.ms += 43_200;
    const question = [2.2, 2.2 - 2.5 * random.uniform(), -1];
    const {
      model,
      probability,
      expectedCostUsd = 0,
    } = router.routeEmbedding(question, {
      policy: budget.policy,
    });
    const settle = budget.reserve(expectedCostUsd);
    const cost = expectedCostUsd * (0.5 + random.uniform());
    settle(cost);
    spent.push(cost);
    quality += probability / 2000;
    if (model.name === 'large') large++;
  }
  return { spent, quality, large };
}
const sum = (list: number[]): number => list.reduce((total, value) => total + value, 0);
const DAY = 86_400_000;

describe('WindowBudget', () => {
  it('spends nearly all of the budget and no more, spread over the day', () => {
    const bought = [4, 8, 14].map((budgetUsd) => {
      const clock = { ms: 0 };
      const budget = new WindowBudget({ budgetUsd, windowMs: DAY, now: () => clock.ms });
      day(budget, clock, 1);
      const { spent, large } = day(budget, clock, 2);
      expect(sum(spent)).toBeLessThanOrEqual(budgetUsd);
      expect(sum(spent)).toBeGreaterThan(0.85 * budgetUsd);
      const half = sum(spent.slice(0, 1000)) / budgetUsd;
      expect(half).toBeGreaterThan(0.35);
      expect(half).toBeLessThan(0.65);
      return large;
    });
    expect(bought).toEqual([...new Set(bought)].sort((a, b) => a - b));
  });

  it('buys more quality than spending freely until nothing is left', () => {
    const clock = { ms: 0 };
    const budgetUsd = 8;
    const paced = new WindowBudget({ budgetUsd, windowMs: DAY, now: () => clock.ms });
    day(paced, clock, 1);
    const { quality } = day(paced, clock, 2);
    // The large model on 800 of 2,000 requests, then the small one.
    const greedy = 0.4 * 0.9 + 0.6 * 0.269;
    expect(quality).toBeGreaterThan(greedy + 0.1);
  });

  it('lets no answer begin that it could not pay', () => {
    const budget = new WindowBudget({ budgetUsd: 0.0205, windowMs: 1000, now: () => 0 });
    const route = (): string =>
      router.routeEmbedding([3, 0, -1], { policy: budget.policy }).model.name;
    expect(route()).toBe('large');
    const settle = budget.reserve(0.01);
    expect(budget.remainingUsd).toBeCloseTo(0.0105, 9);
    expect(route()).toBe('small');
    settle(0.002);
    settle(5);
    expect(budget.remainingUsd).toBeCloseTo(0.0185, 9);
    budget.reserve(0.01845)();
    expect(route).toThrow(expect.objectContaining({ code: 'no-candidate' }));
  });

  it('starts over with each window', () => {
    let ms = 0;
    const budget = new WindowBudget({ budgetUsd: 1, windowMs: 1000, now: () => ms });
    budget.reserve(1)();
    expect(budget.remainingUsd).toBe(0);
    ms = 2500;
    expect(budget.remainingUsd).toBe(1);
    budget.reserve(0.25)();
    ms = 2999;
    expect(budget.remainingUsd).toBe(0.75);
    ms = 3000;
    expect(budget.remainingUsd).toBe(1);
  });

  it('refuses budgets that are none', () => {
    for (const options of [
      { budgetUsd: 0, windowMs: 1 },
      { budgetUsd: 1, windowMs: -1 },
      { budgetUsd: Number.NaN, windowMs: 1 },
      { budgetUsd: 1, windowMs: 1, learningRate: 2 },
    ]) {
      expect(() => new WindowBudget(options)).toThrow(/must be a number/);
    }
    const budget = new WindowBudget({ budgetUsd: 1, windowMs: 1 });
    expect(() => budget.reserve(-1)).toThrow(/expectedCostUsd/);
  });
});
