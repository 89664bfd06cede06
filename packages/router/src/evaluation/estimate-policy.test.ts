import { describe, expect, it } from 'vitest';
import { type EstimatePolicyOptions, estimatePolicy } from './estimate-policy.js';
import { simulatedLog, simulatedWorld } from './simulated-log.fixture.js';

const world = simulatedWorld(3, 1);

describe('estimates of a policy from the log of another', () => {
  it('hold the truth about as often as they say', () => {
    const logs = 150;
    const held = { ips: 0, snips: 0, doublyRobust: 0 };
    for (let seed = 0; seed < logs; seed++) {
      const log = simulatedLog(world, { decisions: 600, epsilon: 0.3, seed });
      const { ips, snips, doublyRobust = ips } = estimatePolicy(log);
      for (const [name, { lower, upper }] of Object.entries({ ips, snips, doublyRobust })) {
        const isHeld = lower <= world.value && world.value <= upper;
        if (isHeld && Object.hasOwn(held, name)) held[name as keyof typeof held]++;
      }
    }
    for (const count of Object.values(held)) {
      expect(count / logs).toBeGreaterThan(0.9);
      expect(count / logs).toBeLessThan(0.99);
    }
  });

  it('do not confuse the policy with the one that logged', () => {
    const log = simulatedLog(world, { decisions: 8000, epsilon: 0.9, seed: 3 });
    const plain = log.outcomes.reduce((sum, one) => sum + one, 0) / log.outcomes.length;
    const { ips, snips, doublyRobust, gain } = estimatePolicy(log);
    for (const estimate of [ips, snips, doublyRobust]) {
      expect(Math.abs((estimate?.value ?? 0) - world.value)).toBeLessThan(0.03);
    }
    expect(gain.snips.value).toBeCloseTo(snips.value - plain, 10);
    expect(gain.snips.lower).toBeGreaterThan(0);
    expect(plain).toBeLessThan(world.value - 0.05);
  });

  it('are the plain mean for the policy that logged, if it did not explore', () => {
    const outcomes = [1, 0, 0.5, 1];
    const ones = [1, 1, 1, 1];
    const { ips, snips, effectiveDecisions, meanWeight } = estimatePolicy({
      outcomes,
      propensities: ones,
      choices: ones,
    });
    expect([ips.value, snips.value, effectiveDecisions, meanWeight]).toEqual([0.625, 0.625, 4, 1]);
  });

  it('have narrower intervals the better the expectations are', () => {
    const log = simulatedLog(world, { decisions: 1000, epsilon: 0.3, seed: 5 });
    const wrong = log.expected.map(() => 0.5);
    const width = (options: EstimatePolicyOptions): number => {
      const { upper, lower } = estimatePolicy(options).doublyRobust ?? { upper: 9, lower: 0 };
      return upper - lower;
    };
    const blind = { ...log, expected: wrong, expectedOfPolicy: wrong };
    expect(width(log)).toBeLessThan(width(blind));
    expect(width({ ...log, confidence: 0.8 })).toBeLessThan(width(log));
  });

  const good = { outcomes: [1, 0], propensities: [0.5, 0.5], choices: [1, 0] };
  it('are never NaN', () => {
    const log = { outcomes: [1, 0, 1], choices: [1, 1, 0] };
    expect(() => estimatePolicy({ ...log, propensities: [1e-300, 0.5, 0.5] })).toThrow(
      /not finite/,
    );
    const outcomes = [1e308, 1e308, 1];
    expect(() => estimatePolicy({ ...log, outcomes, propensities: [0.5, 0.5, 0.5] })).toThrow(
      /not finite/,
    );
  });

  it.each<[string, Partial<EstimatePolicyOptions>, RegExp]>([
    ['no propensity', { propensities: [0.5, 0] }, /propensity of decision 1 must be above 0/],
    ['a choice above 1', { choices: [2, 0] }, /choice of decision 0 must be from 0 to 1/],
    ['NaN', { outcomes: [1, Number.NaN] }, /outcome of decision 1/],
    ['lengths', { choices: [1] }, /There are 1 choices, but 2 outcomes/],
    ['half of the expectations', { expected: [1, 1] }, /must be given together/],
    [
      'expectations of NaN',
      { expected: [1, Number.NaN], expectedOfPolicy: [1, 1] },
      /expected of decision 1/,
    ],
    ['one decision', { outcomes: [1], propensities: [1], choices: [1] }, /At least two decisions/],
    ['certainty', { propensities: [0.5, 1] }, /Decision 1 was certain/],
    ['no overlap', { choices: [0, 0] }, /made none of the logged decisions/],
    ['confidence', { confidence: 1 }, /confidence/],
  ])('refuse %s', (_, wrong, message) => {
    expect(() => estimatePolicy({ ...good, ...wrong })).toThrow(message);
  });

  it('say what is gained over what was done, where other answers were had as well', () => {
    const { ips, gain } = estimatePolicy({
      ...{ outcomes: [1, 0, 1, 1], done: [0, 0, 1, 0] },
      ...{ propensities: [1, 1, 1, 1], choices: [1, 1, 1, 1] },
    });
    expect(ips.value).toBeCloseTo(0.75, 12);
    expect(gain.snips.value).toBeCloseTo(0.5, 12);
    expect(() =>
      estimatePolicy({ outcomes: [1, 0], done: [1], propensities: [1, 1], choices: [1, 1] }),
    ).toThrow(/There are 1 done, but 2 outcomes/);
  });
});
