import { EmbedLLMError, FactorizationModel, Matrix } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { modelVectors } from './model-vectors.js';

// Two factors, then an intercept: the layout that the direct solver gives.
const model = new FactorizationModel({
  models: ['a', 'b'],
  modelEmbeddings: Matrix.fromRows([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  projection: Matrix.fromRows([
    [1, 0],
    [0, 2],
    [0, 0],
  ]),
  projectionBias: Float32Array.of(0, 0, 0.5),
  classifier: Matrix.fromRows([
    [-0.5, -0.5, -0.5],
    [0.5, 0.5, 0.5],
  ]),
  classifierBias: new Float32Array(2),
});

describe('modelVectors', () => {
  it.each([
    ['all', [1, 2, 3, 4, 5, 6]],
    ['factors', [1, 2, 4, 5]],
    ['ability', [1.5, 3]],
    ['weights', [1, 4, 4, 10]],
  ] as const)('gives the part %s', (part, values) => {
    expect([...modelVectors({ model, part }).vectors.data]).toEqual(values);
  });

  it('gives all dimensions where nothing is said', () => {
    expect(modelVectors({ model }).vectors).toEqual(modelVectors({ model, part: 'all' }).vectors);
  });

  it('refuses the ability of a model that has none', () => {
    const published = new FactorizationModel({
      ...model,
      models: model.models,
      projection: Matrix.fromRows([
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
      modelEmbeddings: model.modelEmbeddings,
      projectionBias: model.projectionBias,
      classifier: model.classifier,
      classifierBias: model.classifierBias,
    });
    expect(() => modelVectors({ model: published, part: 'ability' })).toThrow(EmbedLLMError);
    expect(modelVectors({ model: published, part: 'factors' }).vectors.cols).toBe(3);
  });

  it('refuses a part that there is not', () => {
    // @ts-expect-error what a JavaScript caller could pass
    expect(() => modelVectors({ model, part: 'some' })).toThrow(/must be 'all'.*some/);
  });
});
