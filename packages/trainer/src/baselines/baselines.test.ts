import { CorrectnessMatrix, Matrix, MISSING } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { randomProblem } from '../direct/random-problem.fixture.js';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { fitKNearestNeighbours } from './k-nearest-neighbours.js';
import { fitModelMeans } from './model-means.js';

const engine = createTypeScriptEngine();
const train = {
  embeddings: Matrix.fromRows([
    [1, 0],
    [2, 0.2],
    [0, 3],
    [-1, 1],
  ]),
  correctness: new CorrectnessMatrix({
    questions: ['a', 'b', 'c', 'd'],
    models: ['x', 'y'],
    labels: Uint8Array.of(1, 0, 0, MISSING, 1, 1, 0, MISSING),
  }),
};

describe('fitModelMeans', () => {
  it('predicts the training accuracy, drawn towards a half, on every question', async () => {
    const predictions = await fitModelMeans(train).predictProbabilities(new Matrix(2, 2));
    expect([...predictions.data]).toEqual([0.5, 0.5, 0.5, 0.5]);
    const onlyRight = { correctness: train.correctness.selectQuestions([0, 2]) };
    const [x, y] = (await fitModelMeans(onlyRight).predictProbabilities(new Matrix(1, 2))).data;
    expect(x).toBeCloseTo(2.5 / 3, 6);
    expect(y).toBeCloseTo(1.5 / 3, 6);
  });
});

describe('fitKNearestNeighbours', () => {
  it('averages the labels of the nearest questions by cosine, skipping missing ones', async () => {
    const predictor = await fitKNearestNeighbours({ train, engine, ks: [2] });
    const predictions = await predictor.predictProbabilities(Matrix.fromRows([[5, 0.3]]));
    expect(predictor.name).toBe('k-NN (k = 2)');
    expect([...predictions.data]).toEqual([0.5, 0]);
  });

  it('falls back to the accuracy over all questions where no neighbour was asked', async () => {
    const predictor = await fitKNearestNeighbours({ train, engine, ks: [1] });
    const predictions = await predictor.predictProbabilities(Matrix.fromRows([[1, 0.1]]));
    // The second model had one of two right, but was not asked what the first had wrong.
    const [x, y] = predictions.data;
    expect(x).toBe(0);
    expect(y).toBeGreaterThan(0.3);
    expect(y).toBeLessThan(0.5);
  });

  it('uses all questions when k is larger than their number', async () => {
    const predictor = await fitKNearestNeighbours({ train, engine, ks: [99] });
    const predictions = await predictor.predictProbabilities(new Matrix(1, 2));
    expect([...predictions.data]).toEqual([0.5, 0.5]);
    expect(predictor.name).toBe('k-NN (k = 4)');
  });

  it('chooses the k with the lowest validation log loss', async () => {
    const sizes = { models: 4, dimensions: 3 };
    const large = randomProblem({ seed: 1, questions: 1200, ...sizes });
    const validation = randomProblem({ seed: 2, questions: 200, ...sizes });
    const predictor = await fitKNearestNeighbours({
      train: large,
      validation,
      engine,
      ks: [1, 40, 1200],
    });
    expect(predictor.name).toBe('k-NN (k = 40)');
  });

  it('refuses a k that is not a positive integer, and choices without validation', async () => {
    await expect(fitKNearestNeighbours({ train, engine, ks: [0] })).rejects.toThrow(/but is \[0\]/);
    await expect(fitKNearestNeighbours({ train, engine, ks: [] })).rejects.toThrow(
      /one or more integers of at least 1, but is \[\]/,
    );
    await expect(fitKNearestNeighbours({ train, engine, ks: [1, 2] })).rejects.toThrow(
      /validation/,
    );
  });
});
