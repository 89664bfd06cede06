import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Budget } from './budget.js';

it('never has more out than its limit, in any order of calls', async () => {
  const calls = fc.array(
    fc.record({
      most: fc.integer({ min: 0, max: 50 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(calls, fc.integer({ min: 0, max: 200 }), async (all, limit) => {
      const budget = new Budget(limit, 0);
      let granted = 0;
      await Promise.all(
        all.map(async ({ most, share }) => {
          if (!(await budget.reserve(most))) return;
          granted += most;
          expect(budget.spent).toBeLessThanOrEqual(limit + 1e-9);
          await Promise.resolve();
          budget.settle(most, most * share);
        }),
      );
      expect(budget.spent).toBeLessThanOrEqual(limit + 1e-9);
      const total = all.reduce((sum, { most }) => sum + most, 0);
      if (total <= limit) expect(granted).toBe(total);
    }),
  );
});

it('waits for what is set aside before it says no', async () => {
  const budget = new Budget(10, 4);
  expect(await budget.reserve(6)).toBe(true);
  const waiting = budget.reserve(5);
  budget.settle(6, 1);
  expect(await waiting).toBe(true);
  budget.settle(5, 5);
  expect(await budget.reserve(0.1)).toBe(false);
  expect(budget.spent).toBe(10);
});
