import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import type { SessionCandidate } from './session-candidate.js';
import { type SwitchOptions, weighSwitch } from './switch.js';

const cheap: SessionCandidate = {
  name: 'cheap',
  probability: 0.6,
  price: { input: 1, cachedInput: 0.1, cacheWrite: 1.25, output: 5 },
};
const strong: SessionCandidate = {
  name: 'strong',
  probability: 0.8,
  price: { input: 3, cachedInput: 0.3, cacheWrite: 3.75, output: 15 },
};
const session: SwitchOptions = {
  candidates: [{ ...cheap, warmTokens: 100_000 }, strong],
  current: 'cheap',
  inputTokens: 100_000,
  furtherCalls: 0,
  worthUsd: 1,
};

describe('weighSwitch', () => {
  it('stays while rereading costs more than the gain is worth, and leaves when it is worth more', () => {
    // 100,000 tokens at $3.75 per million less the same at $0.10: $0.365, for a gain of 0.2.
    const stays = weighSwitch(session);
    expect(stays).toMatchObject({ model: 'cheap', isSwitch: false, alternative: 'strong' });
    expect(stays.gainUsd).toBeCloseTo(0.2, 12);
    expect(stays.extraUsd).toBeCloseTo(0.365, 12);
    expect(stays.rereadUsd).toBeCloseTo(0.345, 12);
    expect(stays.reason).toBe(
      'The session stays with cheap: strong is 20.0% more likely to succeed, worth $0.2, and costs $0.365 more over the rest of the task, including $0.345 for rereading it.',
    );
    const leaves = weighSwitch({ ...session, worthUsd: 2 });
    expect(leaves).toMatchObject({ model: 'strong', isSwitch: true });
    expect(leaves.reason).toMatch(
      /^The session switches away from cheap: strong is 20\.0% more likely/,
    );
    expect(weighSwitch({ ...session, worthUsd: 1.824 }).isSwitch).toBe(false);
    expect(weighSwitch({ ...session, worthUsd: 1.826 }).isSwitch).toBe(true);
  });

  it('returns to a model whose cache is still warm for less', () => {
    const candidates = [
      { ...cheap, warmTokens: 100_000 },
      { ...strong, warmTokens: 90_000 },
    ];
    const { isSwitch, rereadUsd, extraUsd } = weighSwitch({ ...session, candidates });
    expect(isSwitch).toBe(true);
    expect(rereadUsd).toBeCloseTo(0.0345, 12);
    // $0.027 for 90,000 cached tokens and $0.0375 for 10,000 others, less $0.01.
    expect(extraUsd).toBeCloseTo(0.0545, 12);
  });

  it('goes to a cheaper model when enough calls are left to earn the reading', () => {
    const expensive = { ...strong, probability: 0.6, warmTokens: 100_000, outputTokens: 0 };
    const options = { ...session, candidates: [cheap, expensive], current: 'strong' };
    // Reading costs $0.125 instead of $0.03; each further call saves $0.02.
    expect(weighSwitch({ ...options, furtherCalls: 4 }).isSwitch).toBe(false);
    const { isSwitch, reason } = weighSwitch({ ...options, furtherCalls: 5 });
    expect(isSwitch).toBe(true);
    expect(reason).toMatch(/cheap is as likely to succeed and saves \$0\.005 over the rest/);
  });

  it('does not leave a model that later tasks need for a single task', () => {
    const home = { ...strong, warmTokens: 100_000 };
    const options = { ...session, candidates: [{ ...cheap, probability: 0.8 }, home] };
    const once = { ...options, current: 'strong', worthUsd: 2, furtherCalls: 5 };
    // This task is $0.005 cheaper with cheap; after it, strong would read 100,000 tokens again.
    expect(weighSwitch(once)).toMatchObject({ model: 'cheap', laterUsd: 0 });
    const [other, kept] = once.candidates as [SessionCandidate, SessionCandidate];
    const candidates = [
      { ...other, laterProbabilities: [0.1, 0.1] },
      { ...kept, laterProbabilities: [0.9, 0.8] },
    ];
    const stays = weighSwitch({ ...once, candidates });
    expect(stays).toMatchObject({ model: 'strong', isSwitch: false });
    expect(stays.laterUsd).toBeCloseTo(-0.345, 12);
    expect(stays.reason).toMatch(/; its cache is worth \$0\.345 less at a later task\.$/);
  });

  it('goes earlier to a model that later tasks need', () => {
    const later = session.candidates.map((one) => ({
      ...one,
      laterProbabilities: [one.name === 'strong' ? 0.8 : 0],
    }));
    expect(weighSwitch(session).model).toBe('cheap');
    expect(weighSwitch({ ...session, candidates: later })).toMatchObject({ model: 'strong' });
  });

  it('begins with the largest value, and says what there is to say of one model', () => {
    const { current: _, ...begins } = session;
    const candidates = [cheap, strong];
    expect(weighSwitch({ ...begins, candidates, inputTokens: 1000 })).toMatchObject({
      model: 'strong',
      isSwitch: false,
      rereadUsd: 0,
      reason: expect.stringMatching(/^The session starts with strong: cheap is 20\.0% less likely/),
    });
    expect(weighSwitch({ ...begins, candidates: [cheap] })).toMatchObject({
      model: 'cheap',
      alternative: undefined,
      reason: 'cheap is the only model to choose from.',
    });
  });

  it('agrees with adding up call by call', () => {
    const random = new Random(5);
    const between = (low: number, high: number): number => low + random.uniform() * (high - low);
    for (let repeat = 0; repeat < 300; repeat++) {
      const candidates = ['a', 'b', 'c'].map((name) => {
        const input = between(0.1, 10);
        return {
          name,
          probability: random.uniform(),
          price: {
            input,
            cachedInput: input * between(0.1, 1),
            cacheWrite: input * between(1, 2),
            output: between(0.1, 50),
          },
          warmTokens: Math.round(between(0, 80_000)),
          outputTokens: Math.round(between(0, 2000)),
        };
      });
      const options = {
        candidates,
        current: 'a',
        inputTokens: Math.round(between(0, 60_000)),
        growthTokens: Math.round(between(0, 3000)),
        furtherCalls: Math.round(between(0, 12)),
        worthUsd: between(0, 3),
      };
      const later = [0, 1, 2].map(() => candidates.map(() => random.uniform()));
      const { inputTokens, growthTokens, furtherCalls, worthUsd } = options;
      const values = candidates.map(({ probability, price, warmTokens, outputTokens }) => {
        let usd = 0;
        let held = Math.min(warmTokens, inputTokens);
        for (let call = 0; call <= furtherCalls; call++) {
          const input = inputTokens + Math.max(0, call) * growthTokens;
          usd += (held * price.cachedInput + (input - held) * price.cacheWrite) / 1e6;
          usd += (outputTokens * price.output) / 1e6;
          held = input;
        }
        return worthUsd * probability - usd;
      });
      // Of each later task the model of the largest value, with only the one that took this task warm.
      const withLater = candidates.map((taken, m) => {
        const then = later.map((_, t) => {
          const each = candidates.map(({ name, price, outputTokens }, j) => {
            let usd = 0;
            let held = name === taken.name ? inputTokens + furtherCalls * growthTokens : 0;
            for (let call = 1; call <= furtherCalls + 1; call++) {
              const input = inputTokens + (furtherCalls + call) * growthTokens;
              usd += (held * price.cachedInput + (input - held) * price.cacheWrite) / 1e6;
              usd += (outputTokens * price.output) / 1e6;
              held = input;
            }
            return worthUsd * (later[t]?.[j] ?? 0) - usd;
          });
          return Math.max(...each);
        });
        return (values[m] ?? 0) + then.reduce((sum, one) => sum + one / then.length, 0);
      });
      const farther = candidates.map((one, j) => ({
        ...one,
        laterProbabilities: later.map((task) => task[j] ?? 0),
      }));
      expect(weighSwitch({ ...options, candidates: farther }).model).toBe(
        candidates[withLater.indexOf(Math.max(...withLater))]?.name,
      );
      const best = candidates[values.indexOf(Math.max(...values))]?.name;
      expect(weighSwitch(options).model).toBe(best);
    }
  });

  it.each<[Partial<SwitchOptions>, RegExp]>([
    [{ candidates: [] }, /at least one candidate/],
    [{ candidates: [cheap, cheap] }, /cheap occurs twice/],
    [{ current: 'other' }, /other is not among the candidates cheap, strong/],
    [{ worthUsd: -1 }, /worthUsd/],
    [{ furtherCalls: Number.NaN }, /furtherCalls/],
    [{ candidates: [{ ...cheap, probability: 2 }] }, /probability of cheap/],
    [{ candidates: [{ ...cheap, warmTokens: -1 }] }, /warmTokens of cheap/],
    [{ candidates: [{ ...cheap, laterProbabilities: [2] }] }, /laterProbabilities of cheap/],
    [
      { candidates: [{ ...cheap, laterProbabilities: [0.5] }, strong] },
      /strong has 0 laterProbabilities and cheap 1/,
    ],
  ])('refuses %j', (wrong, message) => {
    expect(() => weighSwitch({ ...session, ...wrong })).toThrow(message);
  });
});
