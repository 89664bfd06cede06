import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { type SessionOutcome, type StuckState, testStuck } from './stuck.js';

/** After how many outcomes a session is called stuck; `undefined` where it never is. */
function alarm(outcomes: Iterable<SessionOutcome>, alpha: number): number | undefined {
  let state: StuckState | undefined;
  let seen = 0;
  for (const outcome of outcomes) {
    const { isStuck, state: next } = testStuck(state, [outcome], { alpha });
    seen++;
    if (isStuck) return seen;
    // As it is kept between requests.
    state = JSON.parse(JSON.stringify(next));
  }
  return undefined;
}

const KINDS = ['tool', 'call', 'tool', 'call', 'user', 'posted'] as const;
const HEALTHY = { tool: 0.25, call: 0.05, user: 0.15, posted: 0.3 };

/** Every outcome fails as often as it may; in bursts where it may depend on what came before. */
function* healthySession(random: Random, inBursts: boolean): Generator<SessionOutcome> {
  let before = false;
  for (let index = 0; index < 200; index++) {
    const kind = KINDS[index % KINDS.length] ?? 'tool';
    // After a success everything is fine: the rates hold whatever came before.
    const rate: number = HEALTHY[kind] * (inBursts && !before ? 0.2 : 1);
    before = random.uniform() < rate;
    yield { kind, failed: before };
  }
}

describe('testStuck', () => {
  it.each([false, true])(
    'calls at most alpha of 2,000 healthy sessions stuck; failures in bursts: %s',
    (inBursts) => {
      const random = new Random(7);
      const evidence = Array.from({ length: 2000 }, () => {
        const outcomes = [...healthySession(random, inBursts)];
        return testStuck(undefined, outcomes, { alpha: 0.5 }).evidence;
      });
      for (const alpha of [0.2, 0.1, 0.05, 0.01]) {
        const alarms = evidence.filter((one) => one >= 1 / alpha).length / 2000;
        expect(alarms).toBeLessThanOrEqual(alpha);
        // It is not by being deaf that it keeps quiet.
        if (!inBursts) expect(alarms).toBeGreaterThan(alpha / 20);
      }
    },
  );

  it('sees a session that gets stuck, at its beginning or late', () => {
    const random = new Random(8);
    const needed = (healthy: number): number => {
      const delays: number[] = [];
      for (let session = 0; session < 200; session++) {
        const outcomes = Array.from({ length: healthy + 100 }, (_, index) => ({
          kind: 'tool' as const,
          failed: random.uniform() < (index < healthy ? 0.15 : 0.85),
        }));
        const at = alarm(outcomes, 0.05) ?? healthy + 100;
        if (at > healthy) delays.push(at - healthy);
      }
      return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? 0;
    };
    expect(needed(0)).toBeLessThanOrEqual(10);
    expect(needed(60)).toBeLessThanOrEqual(20);
  });

  it('is not reassured about failing tools by calls that are all different', () => {
    const outcomes = Array.from({ length: 14 }, (_, index) =>
      index % 2 === 0
        ? ({ kind: 'call', failed: false } as const)
        : ({ kind: 'tool', failed: true } as const),
    );
    expect(testStuck(undefined, outcomes, { alpha: 0.05 }).isStuck).toBe(true);
  });

  it('takes repeated calls for more than failed tools, and several outcomes at once', () => {
    const same = Array.from({ length: 3 }, () => ({ kind: 'call' as const, failed: true }));
    expect(testStuck(undefined, same, { alpha: 0.05 }).isStuck).toBe(true);
    const tools = Array.from({ length: 3 }, () => ({ kind: 'tool' as const, failed: true }));
    const { isStuck, evidence } = testStuck(undefined, tools, { alpha: 0.05 });
    expect(isStuck).toBe(false);
    expect(evidence).toBeGreaterThan(1);
    expect(testStuck(undefined, [], { alpha: 0.05 }).evidence).toBe(1);
    const lax = testStuck(undefined, tools, { alpha: 0.05, healthy: { tool: 0.02 } });
    expect(lax.isStuck).toBe(true);
  });

  it('is a martingale where outcomes fail exactly as often as they may', () => {
    const wealth = (failures: readonly boolean[]): number => {
      const outcomes = failures.map((failed) => ({ kind: 'tool', failed }) as const);
      const { state } = testStuck(undefined, outcomes, { alpha: 0.5 });
      return testStuck(state, [], { alpha: 0.5 }).evidence;
    };
    const before = wealth([true, false]);
    const after = 0.25 * wealth([true, false, true]) + 0.75 * wealth([true, false, false]);
    expect(after).toBeCloseTo(before, 12);
  });

  it('refuses rates out of range and kinds that there are not', () => {
    expect(() => testStuck(undefined, [], { alpha: 0 })).toThrow(/alpha/);
    expect(() => testStuck(undefined, [], { alpha: 0.1, healthy: { tool: 1 } })).toThrow(
      /healthy\.tool/,
    );
    const unknown: SessionOutcome = JSON.parse('{"kind":"mood","failed":true}');
    expect(() => testStuck(undefined, [unknown], { alpha: 0.1 })).toThrow(/mood/);
  });
});
