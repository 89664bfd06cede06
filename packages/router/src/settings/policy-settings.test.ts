import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../policies/resolve-policy.js';
import { createPolicy, type PolicySettings } from './policy-settings.js';

describe('createPolicy', () => {
  it('spells out every setting', () => {
    const { name, constraints, redirection, exploration } = resolvePolicy(
      createPolicy({
        objective: 'preferring',
        prefer: 'a',
        margin: 0.1,
        allow: ['a', 'b'],
        deny: ['c'],
        maxCostUsd: 0.01,
        maxLatencyMs: 2000,
        capabilities: ['tools'],
        region: 'eu',
        whenUnfamiliar: 'single-best',
        explore: 0.05,
        seed: 3,
      }),
    );
    expect(constraints).toHaveLength(5);
    expect(redirection?.name).toMatch(/single-best.+1\.0%/);
    expect(exploration).toBeDefined();
    expect(name).toMatch(/preferring/);
  });

  it('has the objective that is named, best quality without a name', () => {
    const objective = (settings: PolicySettings): string =>
      resolvePolicy(createPolicy(settings)).objective.name;
    expect(objective({})).toBe('best quality');
    expect(objective({ objective: 'utility', lambda: 20 })).toMatch(/utility/);
    expect(objective({ objective: 'cheapest-above', floor: 0.7 })).toMatch(/cheapest/);
  });

  it.each([
    ['{ "lamda": 3 }', /cannot include "lamda"\. Available: objective, lambda, floor/],
    ['{ "objective": "best" }', /one of the objectives best-quality, utility.+not best/],
    ['{ "objective": "toString" }', /not toString/],
    ['{ "lambda": 3 }', /`lambda`, which requires the objective utility, not best-quality/],
    ['{ "objective": "preferring", "prefer": "a" }', /need `margin` for the objective preferring/],
    ['{ "unfamiliarBelow": 0.1 }', /requires `whenUnfamiliar`/],
    ['{ "objective": "cheapest-above", "floor": 2 }', /from 0 to 1/],
  ])('refuses %s', (settings, message) => {
    expect(() => createPolicy(JSON.parse(settings))).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(message),
      }),
    );
  });
});
