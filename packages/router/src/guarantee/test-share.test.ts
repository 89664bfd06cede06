import { Matrix, Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { boldPolicies } from './bold-policies.js';
import { drawRequests } from './draw-requests.js';
import { testShare } from './test-share.js';

const N = 1000;
/** A dear model, and a cheap one that is as good on the first half of the requests and bad on the rest. */
function traffic(seed: number, cheapOnRest: number) {
  const random = new Random(seed);
  const truth = Array.from({ length: N }, (_, n) => [0.8, n < N / 2 ? 0.8 : cheapOnRest]);
  const labels = truth.map((p) => p.map((one) => Number(random.uniform() < one)));
  const probabilities = Matrix.fromRows(
    truth.map((p) => p.map((one) => Math.min(0.99, Math.max(0.01, one + 0.05 * random.normal())))),
  );
  const costsUsd = Matrix.fromRows(truth.map(() => [0.01, 0.001]));
  return { labels, probabilities, costsUsd };
}

function tryOut(seed: number, cheapOnRest: number, count = 150) {
  const { labels, probabilities, costsUsd } = traffic(seed, cheapOnRest);
  const policies = boldPolicies({ probabilities, costsUsd, best: 0 });
  const drawn = drawRequests({ policies, best: 0, count, seed });
  const tested = policies.map(({ choices, switched }) => ({
    switched,
    ...testShare({
      ...{ drawn, choices, best: 0, share: 0.95, confidence: 0.9 },
      outcome: (n, m) => labels[n]?.[m] ?? 0,
      predicted: (n, m) => probabilities.at(n, m),
    }),
  }));
  const failed = tested.findIndex(({ isKept }) => !isKept);
  return { policies, drawn, tested, passed: tested.slice(0, failed < 0 ? undefined : failed) };
}

describe('policies that take requests from one model', () => {
  it('are ever bolder, and take first what costs least quality', () => {
    const { policies } = tryOut(1, 0.2);
    const switched = policies.map((policy) => policy.switched);
    expect(switched).toEqual([...switched].sort((a, b) => a - b));
    expect(switched.at(-1)).toBe(1);
    const early = policies.find((policy) => policy.switched >= 0.4);
    const rest = [...(early?.choices ?? [])].slice(N / 2).filter((choice) => choice === 1);
    expect(rest.length).toBeLessThan(20);
  });

  it('pass while they keep the share', () => {
    const lax = [2, 3, 4, 5, 6].map((seed) => tryOut(seed, 0.8, 400).passed.at(-1)?.switched ?? 0);
    expect(Math.max(...lax)).toBeGreaterThan(0.5);
    for (const seed of [2, 3, 4, 5, 6]) {
      expect(tryOut(seed, 0.1, 400).passed.at(-1)?.switched ?? 0).toBeLessThan(0.7);
    }
  });

  it('break the promise no more often than they may', () => {
    let broken = 0;
    for (let seed = 0; seed < 100; seed++) {
      // With 0.4 the share is lost once about 11% of all requests are of the second half.
      const { passed, policies } = tryOut(seed, 0.4);
      const last = policies[passed.length - 1];
      if (!last) continue;
      const harm = [...last.choices].reduce(
        (sum, choice, n) => sum + (choice === 1 && n >= N / 2 ? 0.4 / N : 0),
        0,
      );
      if (harm > 0.05 * 0.8) broken++;
    }
    expect(broken).toBeLessThanOrEqual(14);
  });

  it('weight drawn requests so that the weights average 1', () => {
    const { drawn } = tryOut(3, 0.2, 400);
    const means = drawn.weights.reduce((sum, weight) => sum + weight / 400, 0);
    expect(means).toBeCloseTo(1, 1);
    const late = drawn.requests.filter((n) => n >= N / 2).length;
    expect(late).toBeLessThan(160);
  });

  it('reject NaN costs, mismatched shapes, and draws without enough policies', () => {
    const { probabilities, costsUsd } = traffic(1, 0.5);
    costsUsd.data[3] = Number.NaN;
    expect(() => boldPolicies({ probabilities, costsUsd, best: 0 })).toThrow('cost of model 1');
    expect(() => boldPolicies({ probabilities, costsUsd: new Matrix(1, 2), best: 0 })).toThrow(
      'one shape',
    );
    expect(() => drawRequests({ policies: [], best: 0, count: 20, seed: 0 })).toThrow(
      'At least one policy',
    );
    const draw = { policies: [{ choices: Int32Array.of(1) }], best: 0, count: 2, seed: 0 };
    expect(() => drawRequests(draw)).toThrow('count');
  });
});
