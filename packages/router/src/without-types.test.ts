import { EmbedLLMError, FactorizationModel, Matrix } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import {
  cheapestAbove,
  explore,
  guaranteed,
  latencyCeiling,
  preferring,
  Router,
  requiredCapabilities,
  utility,
  whenUnfamiliar,
  withinBudget,
} from './index.js';

const identity = Matrix.fromRows([
  [1, 0],
  [0, 1],
]);
const model = new FactorizationModel({
  models: ['algebra', 'biology'],
  modelEmbeddings: identity,
  projection: identity,
  projectionBias: new Float32Array(2),
  classifier: Matrix.fromRows([
    [-1, -1],
    [1, 1],
  ]),
  classifierBias: new Float32Array(2),
});

describe('calls that types would refuse', () => {
  const pool = new Router({ model });

  it.each([
    ['route', [[1, 0], null], '`options` must be an object, but is null.'],
    ['route', [[1, 0], 'best'], '`options` must be an object, but is a string.'],
    ['routeMany', ['a question'], '`questions` must be a list, but is a string.'],
    ['routeMany', [undefined], '`questions` must be a list, but is undefined.'],
    ['encode', ['a question'], '`questions` must be a list, but is a string.'],
    ['encode', [[[1, 0]], null], '`options` must be an object, but is null.'],
    ['route', [[1, 0], { constraints: 'x' }], '`constraints` must be a list, but is a string.'],
  ] as const)('name the argument: %s of %j', async (method, args, message) => {
    const call = Reflect.apply(pool[method], pool, args);
    await expect(call).rejects.toBeInstanceOf(EmbedLLMError);
    await expect(call).rejects.toThrow(message);
  });

  it.each(
    Object.entries({
      ...{ cheapestAbove, explore, guaranteed, latencyCeiling, preferring, requiredCapabilities },
      ...{ utility, whenUnfamiliar, withinBudget },
    }),
  )('name the argument of the policy %s', (_, policy) => {
    expect(() => Reflect.apply(policy, undefined, [])).toThrow(EmbedLLMError);
    expect(() => Reflect.apply(policy, undefined, [null])).toThrow(
      'must be an object, but is null',
    );
  });

  it('name settings that are null', async () => {
    const call = Reflect.apply(Router.fromPretrained, Router, ['artifact', null]);
    await expect(call).rejects.toThrow('`settings` must be an object, but is null.');
  });
});
