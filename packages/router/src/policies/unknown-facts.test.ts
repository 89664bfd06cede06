import { FactorizationModel, Matrix, type ModelInfo } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { WindowBudget } from '../budget/window-budget.js';
import { Router } from '../router.js';
import { cheapestAbove } from './cheapest-above.js';
import { guaranteed } from './guaranteed.js';
import { latencyCeiling } from './latency-ceiling.js';
import type { Policy } from './policy.js';
import { requiredCapabilities } from './required-capabilities.js';
import { utility } from './utility.js';
import { withinBudget } from './within-budget.js';

/** A pool of two in which each model's logit is one coordinate of the question. */
function pool(...infos: readonly ModelInfo[]): Router {
  const axes = Matrix.fromRows([
    [1, 0],
    [0, 1],
  ]);
  const model = new FactorizationModel({
    models: ['a', 'b'],
    modelEmbeddings: axes,
    projection: axes,
    projectionBias: new Float32Array(2),
    classifier: Matrix.fromRows([
      [0, 0],
      [1, 1],
    ]),
    classifierBias: new Float32Array(2),
  });
  return new Router({ model, models: infos });
}
const nothing = pool();
const half = pool({ name: 'a', pricePerMillionOutputTokens: 1, meanOutputTokens: 100 });
const decide = (router: Router, policy: Policy, models?: readonly string[]) =>
  router.routeEmbedding([1, 2], { policy, models });
const record = { best: 'b', share: 0.9, threshold: 0.5, questions: 10 };

describe('what is not known about models', () => {
  it.each<[string, Policy]>([
    ['cheapestAbove', cheapestAbove({ floor: 0.5 })],
    ['utility', utility({ lambda: 10 })],
    ['guaranteed', guaranteed(record)],
  ])('%s refuses to choose by cost where no cost is known, and names the models', (_, policy) => {
    expect(() => decide(nothing, policy)).toThrow(/needs costs, .* of a, b is unknown\./);
    expect(() => decide(nothing, policy)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('a price without an answer length is not a cost', () => {
    const priced = pool({ name: 'a', pricePerMillionOutputTokens: 1 });
    expect(() => decide(priced, utility({ lambda: 1 }))).toThrow(/price or answer length/);
  });

  it('the reason names the models of unknown cost, which come last', () => {
    for (const policy of [cheapestAbove({ floor: 0.5 }), utility({ lambda: 1 })]) {
      const { model, reason } = decide(half, policy);
      expect(model.name).toBe('a');
      expect(reason).toMatch(/ Ranked last because their cost is unknown: b\.$/);
    }
    expect(decide(half, cheapestAbove({ floor: 0.85 })).reason).toMatch(
      /^b is the only one of the models that are at least 85\.0% .* cost is unknown: b\.$/,
    );
  });

  it('costs do not matter where there is nothing to choose, or no price for quality', () => {
    expect(decide(nothing, cheapestAbove({ floor: 0.5 }), ['a']).model.name).toBe('a');
    expect(decide(nothing, utility({ lambda: 0 })).model.name).toBe('b');
  });

  it.each<[string, Policy, RegExp]>([
    ['withinBudget', withinBudget({ maxCostUsd: 1 }), /excludes 2 \(cost unknown of 2\)/],
    ['WindowBudget', new WindowBudget({ budgetUsd: 1, windowMs: 1e3 }).policy, /\(cost unknown/],
    ['latencyCeiling', latencyCeiling({ latencyMs: 9 }), /excludes 2 \(latencyMs unknown of 2\)/],
    [
      'requiredCapabilities',
      requiredCapabilities({ capabilities: ['tools'], region: 'eu' }),
      /\(capabilities unknown of 2, regions unknown of 2\)/,
    ],
    [
      'a context length',
      requiredCapabilities({ outputTokens: 5 }),
      /\(contextLength unknown of 2\)/,
    ],
  ])('%s says that it turned models away because nothing is known', (_, policy, message) => {
    expect(() => decide(nothing, policy)).toThrow(message);
  });
});

describe('a router without a trained model', () => {
  it.each<[string, () => unknown]>([
    ['names alone', () => Reflect.construct(Router, [{ models: ['gpt', 'claude'] }])],
    ['nothing', () => Reflect.construct(Router, [])],
    ['a path', () => Reflect.apply(Router.fromArtifact, Router, ['./artifact'])],
  ])('refuses %s and says where a model comes from', (_, work) => {
    expect(work).toThrow(/No trained model.*@embedllm\/pretrained.*embedllm train/);
    expect(work).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses anything but an artifact or its place before it makes the encoder', async () => {
    const work = Reflect.apply(Router.fromPretrained, Router, [
      { models: ['gpt'] },
      { encoder: () => expect.unreachable() },
    ]);
    await expect(work).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('refuses descriptions without a name', () => {
    const { models } = JSON.parse('{"models": ["a"]}');
    expect(() => pool(...models)).toThrow(/objects with a name/);
    expect(() => pool(JSON.parse('null'))).toThrow(/objects with a name/);
  });
});
