import { EmbedLLMError, FactorizationModel, Matrix, type ModelInfo } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { Router } from '../router.js';
import { allow, deny } from './allow-deny.js';
import { bestQuality } from './best-quality.js';
import { cheapestAbove } from './cheapest-above.js';
import { explore } from './explore.js';
import { latencyCeiling } from './latency-ceiling.js';
import type { Policy } from './policy.js';
import { preferring } from './preferring.js';
import { requiredCapabilities } from './required-capabilities.js';
import { utility } from './utility.js';
import { withinBudget } from './within-budget.js';

/** Each model's logit is one coordinate of the question. */
const infos: readonly ModelInfo[] = [
  {
    name: 'large',
    pricePerMillionOutputTokens: 10,
    meanOutputTokens: 1000,
    latencyMs: 4000,
    capabilities: ['tools', 'vision'],
    contextLength: 200_000,
    regions: ['us'],
  },
  {
    name: 'middle',
    pricePerMillionOutputTokens: 1,
    meanOutputTokens: 1000,
    latencyMs: 1500,
    capabilities: ['tools'],
    contextLength: 32_000,
    regions: ['eu', 'us'],
  },
  { name: 'small', pricePerMillionOutputTokens: 0.1, meanOutputTokens: 1000, latencyMs: 300 },
  { name: 'unpriced' },
];
const axes = Matrix.fromRows([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))));
const model = new FactorizationModel({
  models: infos.map(({ name }) => name),
  modelEmbeddings: axes,
  projection: axes,
  projectionBias: new Float32Array(4),
  classifier: Matrix.fromRows([
    [0, 0, 0, 0],
    [1, 1, 1, 1],
  ]),
  classifierBias: new Float32Array(2),
});
const router = new Router({ model, models: infos });
const logit = (p: number): number => Math.log(p / (1 - p));
const question = [logit(0.95), logit(0.9), logit(0.7), logit(0.8)];
const order = (policy: Policy, models?: readonly string[]): string[] =>
  router.routeEmbedding(question, { policy, models }).candidates.map((entry) => entry.model.name);
const chosen = (policy: Policy): string | undefined => order(policy)[0];

describe('objectives', () => {
  it('bestQuality orders by probability', () => {
    expect(order(bestQuality())).toEqual(['large', 'middle', 'unpriced', 'small']);
    expect(order([])).toEqual(order(bestQuality()));
  });

  it('utility trades probability for dollars', () => {
    expect(order(utility({ lambda: 0 }))).toEqual(['large', 'middle', 'unpriced', 'small']);
    // 0.95 - 0.1, 0.9 - 0.01, 0.7 - 0.001; the unknown price comes last.
    expect(order(utility({ lambda: 10 }))).toEqual(['middle', 'large', 'small', 'unpriced']);
    expect(order(utility({ lambda: 1000 }))).toEqual(['small', 'middle', 'large', 'unpriced']);
  });

  it('preferring stays with a model unless another is better by the margin', () => {
    const preferMiddle = (margin: number): string[] =>
      order(preferring({ model: 'middle', margin }));
    expect(preferMiddle(0.06)).toEqual(['middle', 'large', 'unpriced', 'small']);
    expect(preferMiddle(0.04)).toEqual(['large', 'middle', 'unpriced', 'small']);
    expect(chosen([deny(['middle']), preferring({ model: 'middle', margin: 1 })])).toBe('large');
  });

  it('preferring says so where the model to stay with is not a candidate, or is beaten', () => {
    const reason = (policy: Policy): string => router.routeEmbedding(question, { policy }).reason;
    const absent = preferring({ model: 'middle', margin: 0.5 });
    expect(reason([deny(['middle']), absent])).toMatch(/correctly; middle is not a candidate\.$/);
    expect(reason(preferring({ model: 'nobody', margin: 0.5 }))).toMatch(
      /; nobody is not a candidate/,
    );
    expect(reason(preferring({ model: 'middle', margin: 0.04 }))).toMatch(
      /at least .* more than middle/,
    );
  });

  it('cheapestAbove takes the cheapest that is good enough, else the nearest', () => {
    expect(order(cheapestAbove({ floor: 0.85 }))).toEqual(['middle', 'large', 'unpriced', 'small']);
    expect(order(cheapestAbove({ floor: 0.5 }))).toEqual(['small', 'middle', 'large', 'unpriced']);
    const decision = router.routeEmbedding(question, { policy: cheapestAbove({ floor: 0.99 }) });
    expect(decision.model.name).toBe('large');
    expect(decision.reason).toMatch(/No model is 99\.0% likely .* large comes closest with 95\.0%/);
  });
});

describe('constraints', () => {
  it.each<[string, Policy, string[]]>([
    ['allow', allow(['small', 'middle']), ['middle', 'small']],
    ['deny', deny(['large', 'unpriced']), ['middle', 'small']],
    ['withinBudget', withinBudget({ maxCostUsd: 0.001 }), ['middle', 'small']],
    [
      'withinBudget with unknown prices',
      withinBudget({ maxCostUsd: 0.001, admitUnknown: true }),
      ['middle', 'unpriced', 'small'],
    ],
    ['latencyCeiling', latencyCeiling({ latencyMs: 1500 }), ['middle', 'small']],
    [
      'requiredCapabilities',
      requiredCapabilities({ capabilities: ['tools'] }),
      ['large', 'middle'],
    ],
    ['a region', requiredCapabilities({ region: 'eu' }), ['middle']],
    ['a context', requiredCapabilities({ contextLength: 100_000 }), ['large']],
    [
      'all together',
      [deny(['small']), [latencyCeiling({ latencyMs: 5000 }), utility({ lambda: 10 })]],
      ['middle', 'large'],
    ],
  ])('%s leaves those that meet it', (_, policy, expected) => {
    expect(order(policy)).toEqual(expected);
  });

  it('leaves room for question and answer in the context', () => {
    const policy = requiredCapabilities({ outputTokens: 2_000 });
    const count = (inputTokens: number): number =>
      router.routeEmbedding(question, { policy, inputTokens }).candidates.length;
    expect(count(30_000)).toBe(2);
    expect(count(30_001)).toBe(1);
  });

  it('narrows the allow list of the request further', () => {
    expect(order(deny(['small']), ['small', 'middle'])).toEqual(['middle']);
  });

  it('says which constraint left nothing', () => {
    const policy = [withinBudget({ maxCostUsd: 0.001 }), allow(['large'])];
    const work = (): unknown => router.routeEmbedding(question, { policy });
    expect(work).toThrow(EmbedLLMError);
    expect(work).toThrow(
      /None of the 4 models meets all .*"at most \$0\.001 a request" excludes 2 \(cost unknown of 1\), "allowed models" excludes 3/,
    );
    expect(work).toThrow(expect.objectContaining({ code: 'no-candidate' }));
  });
});

describe('explore', () => {
  it('logs propensities that are the shares in the long run', () => {
    const policy = [deny(['unpriced']), explore({ epsilon: 0.3, seed: 5 })];
    const counts = new Map<string, number>();
    const propensities = new Map<string, number | undefined>();
    const draws = 20_000;
    let contradictions = 0;
    for (let draw = 0; draw < draws; draw++) {
      const decision = router.routeEmbedding(question, { policy, top: 2 });
      const { name } = decision.model;
      if (decision.candidates[0]?.model.name !== name) contradictions++;
      if (decision.explored !== (name !== 'large')) contradictions++;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      propensities.set(name, decision.propensity);
    }
    expect(contradictions).toBe(0);
    expect([...counts.keys()].sort()).toEqual(['large', 'middle', 'small']);
    for (const [name, count] of counts) {
      // Four standard errors of a share of 0.1 from 20,000 draws are 0.0085.
      expect(Math.abs(count / draws - (propensities.get(name) ?? 0))).toBeLessThan(0.013);
    }
  });

  it('repeats itself from the same seed, and leaves decisions without it alone', () => {
    const run = (): string[] => {
      const policy = explore({ epsilon: 0.5, seed: 9 });
      return Array.from({ length: 50 }, () => chosen(policy) ?? '');
    };
    expect(run()).toEqual(run());
    expect(router.routeEmbedding(question).propensity).toBeUndefined();
    const surely = router.routeEmbedding(question, { policy: explore({ epsilon: 0, seed: 1 }) });
    expect(surely).toMatchObject({ propensity: 1, explored: false });
  });
});

describe('policies refuse', () => {
  it.each<[string, () => unknown]>([
    ['two objectives', () => order([bestQuality(), utility({ lambda: 1 })])],
    [
      'two explorations',
      () => order([explore({ epsilon: 0.1, seed: 1 }), explore({ epsilon: 0.1, seed: 2 })]),
    ],
    ['a negative lambda', () => utility({ lambda: -1 })],
    ['a floor above 1', () => cheapestAbove({ floor: 1.01 })],
    ['NaN as floor', () => cheapestAbove({ floor: Number.NaN })],
    ['a negative margin', () => preferring({ model: 'x', margin: -0.1 })],
    ['a negative budget', () => withinBudget({ maxCostUsd: -1 })],
    ['an infinite ceiling', () => latencyCeiling({ latencyMs: Number.POSITIVE_INFINITY })],
    ['an empty deny list', () => deny([])],
    ['a name instead of a list', () => Reflect.apply(deny, undefined, ['middle'])],
    ['an epsilon above 1', () => explore({ epsilon: 2, seed: 1 })],
  ])('%s', (_, work) => {
    expect(work).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
